from django.urls import path

from .views import desk, embed, public, results, translating, voting

app_name = "opinions"
urlpatterns = [
    path("opinions/", public.conversations, name="list"),
    path("opinions/<slug:slug>/", public.detail, name="detail"),
    path("opinions/<slug:slug>/vote/", voting.vote, name="vote"),
    path("opinions/<slug:slug>/embed/", embed.embed, name="embed"),
    path("opinions/<slug:slug>/add/", voting.add, name="add"),
    path("opinions/<slug:slug>/mine/", voting.mine, name="mine"),
    path("opinions/<slug:slug>/by/<slug:word>/", voting.invited, name="invited"),
    path("opinions/<slug:slug>/map/", public.opinion_map, name="map"),
    path("opinions/<slug:slug>/log/", public.log, name="log"),
    path("opinions/<slug:slug>/statements/<int:number>/", public.statement, name="statement"),
    path("opinions/<slug:slug>/report/", public.report, name="report"),
    path("desk/opinions/", desk.conversations, name="desk"),
    path("desk/opinions/new/", desk.new, name="new"),
    path("desk/opinions/import/", desk.take_in, name="take_in"),
    path("desk/opinions/<slug:slug>/", desk.edit, name="edit"),
    path("desk/opinions/<slug:slug>/step/", desk.step, name="step"),
    path("desk/opinions/<slug:slug>/reopen/", desk.reopen, name="reopen"),
    path("desk/opinions/<slug:slug>/seeds/", desk.seeds, name="seeds"),
    path("desk/opinions/<slug:slug>/translations/", translating.translations, name="translations"),
    path(
        "desk/opinions/<slug:slug>/translations/<int:number>/<slug:language>/",
        translating.translate,
        name="translate",
    ),
    path("desk/opinions/<slug:slug>/result/", results.result, name="result"),
    path("desk/opinions/<slug:slug>/result/<int:number>/<str:taker>/", results.take_up, name="take_up"),
    path("desk/opinions/<slug:slug>/queue/", desk.queue, name="queue"),
    path("desk/opinions/<slug:slug>/queue/<int:number>/show/", desk.show, name="show"),
    path("desk/opinions/<slug:slug>/queue/<int:number>/remove/", desk.remove, name="remove"),
]
