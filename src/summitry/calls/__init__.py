"""Calls: one engine for every kind of call. Rules are data; a kind of call is a row, never code.

CONTRACT for the pages of this app and for the rooms above. Acts raise ValidationError for bad input (by field
where one is to blame), PermissionDenied, or Stale when somebody else was first. Twice the same is harmless.

Rules (`calls.rules`, pure)
- parse(json) -> RuleSet; RuleSet: to_json(), digest, field(key), by_role(role), category(key), stage(key),
  tier(key), in_sections() -> [(Section | None, [Field])]. dataclasses.replace() changes. Words are `Text`.
- RulesError.problems: [Problem(path, message)].
- checks.problems(rules, call=None, now=None): every contradiction; open_call refuses with all of them.
- checks.unfinished(submission): {field key: [messages]}, what submit would refuse.
- rulesets.names(), rulesets.load(name), rulesets.schema(): "practice_cases", "session_proposals".
- fields.kind(key), fields.every(): label, may_translate, needs_choices, holds_files, options, clean(field,
  raw, context), keep, value, show -> Shown(shape, parts), public.
- stages.kind(key), stages.every(): label, allows, sees, criteria, ordering, progress(run), blockers(run).
- outcomes.register(key, label, make, needs=()), outcomes.get(key), outcomes.every().

Acts (`calls.acts`; the acting User comes first)
- create_call(actor, *, slug, template, rules, title, opens_at, closes_at, parent_scope) -> Call
- edit_rules(actor, call, rules, version) -> Call; discard_call(actor, call): drafts only
- appoint(actor, call, person, role, *, label) -> Mandate; invite(actor, call, email, role, *, ...) ->
  Invitation
- open_call(actor, call, *, now) -> Call: freezes version 1
- amend(actor, call, rules, reason, version, *, now) -> Call: words and dates only; every applicant is told
- close_call(actor, call, *, now) -> Call; close_due_calls(*, now) -> [Call]: once the deadline and GRACE
  are past
- start_draft(actor, call, *, language, now) -> Submission; discard_draft(actor, submission)
- save_draft(actor, submission, {field key: raw}, version, *, category, organisation, language, now) ->
  Submission
- submit(actor, submission, version, *, now) -> Submission: `now` is when the request arrived, taken first
- upload(actor, submission, field key, file, *, now) -> Upload; remove_upload(actor, upload, *, now)
- add_co_applicant(actor, submission, email, *, name, contribution, now) -> CoApplicant
- confirm_co_applicant(actor, co_applicant); remove_co_applicant(actor, co_applicant)
- withdraw(actor, submission) -> Submission
- open_stage(actor, run) -> StageRun; close_stage(actor, run) -> StageRun
- screen(actor, submission, passed, *, reason, standard, version) -> Screening: version None means "I saw
  none"
- assign(actor, submission, juror Person) -> Assignment; unassign(actor, assignment, reason)
- assign_all(actor, call, *, per_entry, most) -> Dealt(made, short)
- declare_conflict(actor, submission, reason) -> Conflict; declare_no_conflict(actor, submission) ->
  Assignment
- save_assessment, send_assessment(actor, submission, marks, *, comment, note, version) -> Assessment:
  version 0 means "I saw none"; sent marks are final. Faults by "mark_CRITERION", "comment", "note"
- decide(actor, call, {submission pk: Choice(result, tier, reason, standard, departure_reason)}, call.sheet)
  -> Call: all or nothing, repeatable. Faults by "result_PK", "tier_PK", "reason_PK", "departure_PK"
- seal_verdict(actor, call, call.sheet) -> Verdict: closes deliberation; the call is "decided"
- publish(actor, call) -> Call: letters, outcomes, the clock of appeals; the call is "published"

Queries (`calls.queries`)
- open_now(now), upcoming_calls(now) -> [Call]; published_calls() -> queryset
- call_page(slug, user) -> CallPage | None; chosen_story(decision) -> Story | None
- my_submissions(user) -> MySubmissions(own, shared, invited); submission_page(user, uid) -> SubmissionPage
  | None
- entry_page(user, ref) -> EntryPage | None: by duty, what this user may see and no more; may_open(user,
  upload)
- screening_queue(user, call) -> queryset; jury_list(user, call) -> JuryList | None
- chair_table(user, call) -> Sheet | None; manager_overview(user, call) -> Overview
- calls_at_work(user) -> queryset; waiting(user) -> [Waiting]; juror_labels(call) -> {person pk: label}
- Submission.objects: of(user), on_duty_of(user), visible_to(user), sent(), in_the_running(). Every list of
  entries starts from one of the first three; `sight` says who sees what.
- verdicts.recompute(verdict.body) == verdict.body, from nothing but that text.

Permissions ("calls." + name)
- create_call; on a Call: view_call manage_call edit_rules open_call amend_call close_call appoint run_stage
  assign publish_call start_submission see_screening see_jury see_sheet decide_call seal_call audit_call
- on a Submission: view_submission edit_submission submit_submission withdraw_submission keep_co_applicants
  screen_submission assess_submission declare_conflict
- on a CoApplicant: confirm_co_applicant; on an Upload: open_upload

For templates
- Call: slug title summary body state opens_at closes_at is_accepting is_coming is_sealed is_published
  appeals_until version sheet rules frozen stages.all; StageRun: rule component is_open is_late
- Submission: uid ref number title state language category_rule editable is_draft has_unsent_changes receipt
  sent_at
- Decision: is_accepted tier_rule words departs departure_reason computed_rank outcome; Screening: passed
  words

For outcomes
- make(actor, decision) -> subject or None, inside the publishing transaction.
  decision.submission.by_role(role) is typed: line and text Text; choice rules.Choice; choices [Choice];
  country "CN"; countries ["CN"]; number int or Decimal; year int; date date; url str; yesno bool; files
  [Upload]; persons [PersonNamed]; organisations [OrganisationNamed]; None if empty. Publish only what the
  rules call public.
"""
