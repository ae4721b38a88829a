from django.urls import path

from . import views

app_name = "demo"
urlpatterns = [
    path("demo/mailbox/", views.mailbox, name="mailbox"),
    path("demo/mailbox/<int:pk>/", views.mail, name="mail"),
]
