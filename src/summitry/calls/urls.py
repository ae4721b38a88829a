from django.urls import path, register_converter
from django.urls.converters import StringConverter

from .views import drafts, judging, manage, public, rules, sheet, submissions, team


class Where(StringConverter):
    """The address of a list within the rules: "fields", "stages.jury.criteria"."""

    regex = r"[a-z_]+(?:\.[a-z0-9_]+)*"


register_converter(Where, "where")

app_name = "calls"
urlpatterns = [
    path("calls/", public.calls, name="list"),
    path("calls/mine/", submissions.mine, name="mine"),
    path("calls/mine/<uuid:uid>/", submissions.submission, name="submission"),
    path("calls/mine/<uuid:uid>/edit/", drafts.draft, name="draft"),
    path("calls/mine/<uuid:uid>/save/", drafts.save, name="save"),
    path("calls/mine/<uuid:uid>/check/", drafts.check, name="check"),
    path("calls/mine/<uuid:uid>/receipt/", submissions.receipt, name="receipt"),
    path("calls/mine/<uuid:uid>/withdraw/", submissions.withdraw, name="withdraw"),
    path("calls/mine/<uuid:uid>/people/", submissions.co_applicants, name="co_applicants"),
    path(
        "calls/mine/<uuid:uid>/people/<uuid:who>/remove/",
        submissions.remove_co_applicant,
        name="remove_co_applicant",
    ),
    path("calls/consent/<uuid:who>/", submissions.consent, name="consent"),
    path("calls/files/<uuid:uid>/", submissions.file, name="file"),
    path("calls/<slug:slug>/", public.detail, name="detail"),
    path("calls/<slug:slug>/submit/", drafts.submit, name="submit"),
    path("calls/<slug:slug>/results/", public.results, name="results"),
    path("calls/<slug:slug>/rules/<int:version>.json", public.rules, name="rules"),
    # work
    path("desk/calls/", manage.work, name="work"),
    path("desk/calls/new/", manage.new, name="new"),
    path("desk/calls/<slug:slug>/", manage.manage, name="manage"),
    path("desk/calls/<slug:slug>/open/", manage.open_call, name="open"),
    path("desk/calls/<slug:slug>/close/", manage.close_call, name="close"),
    path("desk/calls/<slug:slug>/delete/", manage.discard, name="discard"),
    path("desk/calls/<slug:slug>/preview/", manage.preview, name="preview"),
    path("desk/calls/<slug:slug>/publish/", manage.publish, name="publish"),
    path("desk/calls/<slug:slug>/remind/", manage.remind, name="remind"),
    path("desk/calls/<slug:slug>/stages/<slug:key>/open/", manage.stage, {"deed": "open"}, name="open_stage"),
    path(
        "desk/calls/<slug:slug>/stages/<slug:key>/close/", manage.stage, {"deed": "close"}, name="close_stage"
    ),
    path("desk/calls/<slug:slug>/rules/<slug:key>/", rules.part, name="part"),
    path("desk/calls/<slug:slug>/lists/<where:where>/", rules.items, name="items"),
    path("desk/calls/<slug:slug>/lists/<where:where>/add/", rules.item_add, name="item_add"),
    path("desk/calls/<slug:slug>/lists/<where:where>/edit/<slug:key>/", rules.item, name="item"),
    path("desk/calls/<slug:slug>/people/", team.people, name="people"),
    path("desk/calls/<slug:slug>/people/appoint/", team.appoint, name="appoint"),
    path("desk/calls/<slug:slug>/people/duty/<int:pk>/end/", team.end, {"kind": "duty"}, name="end_duty"),
    path(
        "desk/calls/<slug:slug>/people/invitation/<int:pk>/end/",
        team.end,
        {"kind": "invitation"},
        name="end_invitation",
    ),
    path("desk/calls/<slug:slug>/assignments/", team.assignments, name="assignments"),
    path("desk/calls/<slug:slug>/assignments/<int:pk>/end/", team.unassign, name="unassign"),
    path("desk/calls/<slug:slug>/submissions.csv", team.submissions_csv, name="export"),
    path("desk/calls/<slug:slug>/entries/", judging.entries, name="entries"),
    path("desk/calls/<slug:slug>/entries/<slug:ref>/", judging.entry, name="entry"),
    path("desk/calls/<slug:slug>/screening/", judging.screening, name="screening"),
    path("desk/calls/<slug:slug>/screening/<slug:ref>/", judging.screen, name="screen"),
    path("desk/calls/<slug:slug>/jury/", judging.jury, name="marking"),
    path("desk/calls/<slug:slug>/jury/<slug:ref>/", judging.score, name="score"),
    path("desk/calls/<slug:slug>/jury/<slug:ref>/save/", judging.marks, name="marks"),
    path("desk/calls/<slug:slug>/sheet/", sheet.sheet, name="sheet"),
    path("desk/calls/<slug:slug>/sheet/seal/", sheet.seal, name="seal"),
]
