"""Addresses of a consultation: what is said of a version, and the desk where it is answered."""

from django.urls import path

from .views import answering, consulting, speaking

_V = "documents/<slug:slug>/<int:number>/"
_D = f"desk/{_V}"
urlpatterns = [
    path("documents/unfollow/<str:word>/", speaking.unfollow, name="unfollow"),
    path(f"{_V}comment/", speaking.comment, name="new_comment"),
    path(f"{_V}comments/", consulting.comments, name="comments"),
    path(f"{_V}comments/<int:k>/", consulting.comment, name="comment"),
    path(f"{_V}amend/", speaking.amend, name="amend"),
    path(f"{_V}amendments/", consulting.amendments, name="amendments"),
    path(f"{_V}amendments/<int:k>/", consulting.amendment, name="amendment"),
    path(f"{_V}amendments/<int:k>/support/", speaking.support, name="support"),
    path(f"{_V}<slug:name>/<int:k>/withdraw/", speaking.withdraw, name="withdraw"),
    path(f"{_V}disposition/", consulting.disposition, name="disposition"),
    path(f"{_V}disposition/report/", speaking.report, name="report"),
    path(f"{_D}consultation/", answering.consultation, name="consultation"),
    path(f"{_D}consultation/period/", answering.period, name="period"),
    path(f"{_D}consultation/publish/", answering.publish, name="publish_disposition"),
    path(f"{_D}reports/<int:n>/", answering.reply, name="reply"),
    path(f"{_D}answers/", answering.queue, name="queue"),
    path(f"{_D}answers/alike/", answering.alike, name="alike"),
    path(f"{_D}answers/combine/", answering.combine, name="combine"),
    path(f"{_D}amendments/<int:k>/take/", answering.take, name="take"),
    path(f"{_D}comments/<int:k>/translate/", answering.translate, name="translate_comment"),
    path(f"{_D}answers/<slug:name>/<int:k>/", answering.answer, name="answer"),
    path(f"{_D}answers/<slug:name>/<int:k>/remove/", answering.remove, name="remove"),
    path(f"{_D}answers/<slug:name>/<int:k>/show/", answering.show, name="show"),
]
