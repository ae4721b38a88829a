"""Calls: one engine for every kind of call. Rules are data; a kind of call is a row, never code.

CONTRACT for the pages of this app and for the rooms above. Everything raises ValidationError for bad input
(by field where one is to blame), PermissionDenied, or Stale when somebody else was first.

Rules  (`calls.rules`, pure) parse(json) -> RuleSet; RuleSet.to_json(), .digest, .field(key), .by_role(role),
.category(key), .stage(key), .tier(key), .in_sections() -> [(Section|None, [Field])]; dataclasses.replace()
to change. Texts are `Text`. RulesError.problems lists `Problem(path, message)`.
`calls.checks.problems(rules, call=None, now=None) -> list[Problem]`: every contradiction; open_call refuses
with all of them. `rulesets.names()`, `rulesets.load(name) -> RuleSet` in `calls.rulesets`; "practice_cases",
"session_proposals"; schema in rulesets/schema.json. `calls.fields.kind(key)`: FieldKind .label
.may_translate .needs_choices .options .clean(field, raw, context) .value .show(field, stored, context) ->
Shown(shape, parts) .public; `calls.fields.every()`. `calls.stages.kind(key)`: StageKind .label .allows .sees
.criteria; `calls.stages.every()`. `calls.outcomes`: register(key, label, make, needs=()), get(key), every().

Acts  (`calls.acts`; each takes the acting User first) create_call(actor, *, slug, template="", rules=None,
title=None, opens_at=None, closes_at=None, parent_scope="") -> Call edit_rules(actor, call, rules, version)
-> Call                     draft only; also title, dates, outcome discard_call(actor, call)
draft only appoint(actor, call, person, role, label=None) -> Mandate           screener, juror, jury_chair,
call_manager invite(actor, call, email, role, *, name=None, label=None, language="") -> Invitation
open_call(actor, call, *, now=None) -> Call                         freezes version 1 amend(actor, call,
rules, reason, version, *, now=None) -> Call     words and dates only; tells every applicant
close_call(actor, call, *, now=None) -> Call; close_due_calls(*, now=None) -> list[Call]   after the deadline
start_draft(actor, call, *, language="", now=None) -> Submission save_draft(actor, submission, answers,
version, *, category=None, organisation=UNCHANGED, language="", now=None) answers: {field key: raw}, only
what changed; None empties. Kept even if wrong; `checks.unfinished(submission)` -> {field key: [messages]}
tells what submit would refuse. submit(actor, submission, version=None, *, now=None) -> Submission  now: when
the request arrived (take it first) upload(actor, submission, field_key, file) -> Upload;
remove_upload(actor, upload) add_co_applicant(actor, submission, email, *, name="", contribution=None) ->
CoApplicant confirm_co_applicant(actor, co_applicant); remove_co_applicant(actor, co_applicant)
withdraw(actor, submission) -> Submission open_stage(actor, stage_run) -> StageRun; close_stage(actor,
stage_run) -> StageRun screen(actor, submission, passed, *, reason=None, standard="", version=None) ->
Screening   reason: str or Text assign(actor, submission, juror: Person) -> Assignment; unassign(actor,
assignment, reason="") assign_all(actor, call, *, per_entry=None, most=None) -> Dealt(made, short)
balanced, respects conflicts declare_conflict(actor, submission, reason="") -> Conflict;
declare_no_conflict(actor, submission) -> Assignment save_assessment(actor, submission, marks, *, comment="",
note="", version=None) -> Assessment send_assessment(actor, submission, marks, *, comment="", note="",
version=None) -> Assessment    final decide(actor, call, choices: {submission pk: Choice}, version:
call.sheet) -> Call     all or nothing, repeatable Choice(result "accepted"|"rejected", tier="", reason="",
standard="", departure_reason="") departures without a reason: ValidationError keyed "departure_<pk>";
rejections without one "reason_<pk>" seal_verdict(actor, call, version) -> Verdict
closes deliberation; call is "decided" publish(actor, call) -> Call
letters, outcomes, appeals clock; "published"

Queries  (`calls.queries`) open_now(now=None), upcoming_calls(now=None) -> [Call] by deadline;
published_calls() -> queryset of Calls call_page(slug, user) -> CallPage(call, rules, stages, versions,
submission_count, accepted) my_submissions(user) -> MySubmissions(own, shared, invited) submission_page(user,
uid) -> SubmissionPage | None                 one's own: form, co-applicants, answer entry_page(user, ref) ->
EntryPage | None                           by duty: what this user may see, and no more screening_queue(user,
call) -> queryset; jury_list(user, call) -> JuryList(stage, rows, done, total) chair_table(user, call) ->
Sheet; manager_overview(user, call) -> Overview calls_at_work(user) -> queryset of Calls where she has a
duty; waiting(user) -> [Waiting] chosen_story(decision) -> Story: how an accepted entry was chosen

Permissions  ("calls." + name) create_call; on a Call: view_call manage_call edit_rules open_call amend_call
close_call appoint run_stage assign publish_call start_submission see_screening see_jury see_sheet
decide_call seal_call audit_call; on a Submission: view_submission edit_submission submit_submission
withdraw_submission keep_co_applicants screen_submission assess_submission declare_conflict; on a
CoApplicant: confirm_co_applicant; on an Upload: open_upload

For templates Call: slug title summary body state get_state_display opens_at closes_at is_accepting is_sealed
is_published appeals_until version sheet rules stages.all; StageRun: rule component is_open is_late
get_state_display Submission: uid ref number title state language category_rule editable is_draft
has_unsent_changes receipt sent_at Decision: result is_accepted tier_rule words (reason) departs
departure_reason computed_rank outcome Upload: uid name size field; CoApplicant: uid email name is_confirmed

For outcomes `make(actor, decision) -> subject string | None`, inside the publishing transaction.
`decision.submission.by_role(r)` gives typed values: line/text -> Text; choice -> rules.Choice(key, label);
choices -> list of them; country -> "CN"; countries -> ["CN"]; number -> int|Decimal; year -> int; date ->
date; url -> str; yesno -> bool; files -> [Upload]; persons -> [PersonNamed(name, affiliation, role,
contribution, email, country)]; organisations -> [OrganisationNamed(name, country, website, role)]; None if
empty. Also decision.tier, decision.submission.category, .category_rule.name, .ref, .language, .organisation,
.applicant, .call.slug, .call.outcome_options."""
