from django.urls import path

from . import doors

urlpatterns = [
    path("record/checkpoint", doors.checkpoint, name="record-checkpoint"),
    path("record/tile/<path:path>", doors.tile, name="record-tile"),
    path("record/key", doors.key, name="record-key"),
    path("record/entry/<int:index>.tlog-proof", doors.receipt, name="record-receipt"),
    path("record/faces.jsonl", doors.faces, name="record-faces"),
]
