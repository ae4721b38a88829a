"""Calls: one engine for every kind of call. Rules are data; a kind of call is a row, never code.

CONTRACT for the pages of this app and for the rooms above. Acts raise ValidationError for bad input (by field
where one is to blame), PermissionDenied, or Stale when somebody else was first. Twice the same is harmless.

Rules (`calls.rules`, pure)
- parse(json) -> RuleSet; RuleSet: to_json(), digest, field(key), by_role(role), category(key), stage(key),
  tier(key), in_sections() -> [(Section | None, [Field])]. dataclasses.replace() changes. Words are `Text`.
- RulesError.problems: [Problem(path, message)].
- checks.problems(rules, call=None, now=None): every contradiction; open_call refuses with all of them.
- checks.unfinished(submission, now=None): {field key, "category" or "eligibility": [messages]}, what submit
  would refuse.
- rulesets.names(), rulesets.load(name), rulesets.schema(): "practice_cases", "session_proposals".
- fields.kind(key), fields.every(): label, may_translate, needs_choices, holds_files, options, clean(field,
  raw, context), keep, value, show -> Shown(shape, parts), public.
- stages.kind(key), stages.every(): label, allows, sees, criteria, ordering, options, doors, worker, icon;
  progress(run), blockers(run), opening(run), closing(run), reopening(run), left(runs, user), asks(run,
  count), void(run, submission, person): what a person said of an entry with which she has a conflict falls;
  ordering ones: people(run, entries), gather(run, entries, pen) -> JSON data without names, weigh(data,
  {ref: category}, ties) -> Weighing, pure. A kind is one file in `calls/stages/`; its models are in
  `calls/models/stages.py`, its acts in a file of `calls/acts/`, its pages its `doors`.
- Stage.rubric(category) -> criteria with their weights there; an ordering stage's option `keep` lets the best
  go on. Elimination: an entry that a stage took out, with the reason that the applicant reads.
- eligibility.kind(key), eligibility.every(): who may apply: label, options, choices, says(condition),
  check(condition, submission, now) -> a message or None, needs_send, joining, appointing.
  refusals(submission) are `unfinished(submission)["eligibility"]`; early(call, person, organisations) is
  what can be told before.
- terms.unusable(rules): what no draft holds; compare.changes(before, after) -> [Change(path, before, after)];
  exchange.read(bytes), look(call, data, now) -> Look(rules, refused, open, changes): a dry run, write(rules).
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
- save_draft(actor, submission, {field key: raw}, version, *, category, organisation, language, stage, now) ->
  Submission; send_supplement(actor, submission, run, version, *, now) -> Supplement: what is written with the
  key of a stage that asks for more (`rules.asked(stage)`, `component.asks_more`) counts once it is sent
- submit(actor, submission, version, *, now) -> Submission: `now` is when the request arrived, taken first
- upload(actor, submission, field key, file, *, now) -> Upload; remove_upload(actor, upload, *, now)
- add_co_applicant(actor, submission, email, *, name, contribution, now) -> CoApplicant
- confirm_co_applicant(actor, co_applicant); remove_co_applicant(actor, co_applicant)
- withdraw(actor, submission) -> Submission
- import_submissions(actor, call, tables.Table, *, now, dry_run) -> Taken(new, changed, unchanged, barred);
  take_sheet(actor, call, tables.Table, *, send, dry_run) -> SheetTaken(written, unchanged, empty):
  text.tables.read(bytes) makes the table; all or nothing; Faults.faults: all that is wrong, by row and column
- open_stage(actor, run) -> StageRun; close_stage(actor, run) -> StageRun; reopen_stage(actor, run, reason)
  -> StageRun: recorded; takes back what closing did and supersedes a verdict that was sealed since
- screen(actor, submission, passed, *, reason, standard, version) -> Screening: version None means "I saw
  none"
- assign(actor, submission, juror Person) -> Assignment; unassign(actor, assignment, reason)
- assign_all(actor, call, *, per_entry, most, partly) -> Dealt(made, ended, short, worst, mean, proven,
  reasons): by the engine `assignment`; ValidationError (code "short") says why it cannot be, unless `partly`
- save_juror_profile(actor, call, person, *, topics, languages, region, most, statement, version) ->
  JurorProfile: her own, or anybody's for whoever assigns
- declare_conflict(actor, submission, reason) -> Conflict; declare_no_conflict(actor, submission) ->
  Assignment; lift_conflict(actor, conflict, reason) -> Conflict
- save_assessment, send_assessment(actor, submission, marks, *, comment, note, version) -> Assessment:
  version 0 means "I saw none"; sent marks are final. Faults by "mark_CRITERION", "comment", "note"
- compare(actor, run, left, right, winner or None) -> Comparison; undo_comparison(actor, comparison):
  another answer to the same pair needs the first to be undone
- save_ranking, send_ranking(actor, run, [submission pk, best first], *, version) -> Ranking: a sent one is
  final. Faults by "order"
- cast_vote(actor, submission, *, instead, address) -> PublicVote; take_back_vote(actor, submission): one of
  the public, until the stage's calendar ends; restore_votes(actor, set aside, reason);
  set_aside_votes(actor, run, key of an `anomalies.Group`, reason, *, until) -> SetAside
- begin_turn, end_turn(actor, turn) -> Turn; move_turn(actor, turn, earlier, reason, *, position) -> Turn
- propose_merger(actor, run, submission, into, reason) -> Merger; answer_merger(actor, merger, agrees, *,
  now); take_back_merger(actor, merger): with the consent of everybody behind both, one refusal ends it
- object_to(actor, submission, words, *, now) -> Objection; withdraw_objection, reply_to_objection(actor,
  objection, words), answer_objection(actor, objection, upheld, reason): upheld, the entry is out at once
- decide(actor, call, {submission pk: Choice(result, tier, reason, standard, departure_reason)}, call.sheet)
  -> Call: all or nothing, repeatable. Faults by "result_PK", "tier_PK", "reason_PK", "departure_PK"
- seal_verdict(actor, call, call.sheet) -> Verdict: closes deliberation; the call is "decided";
  call.verdict is the one in force, LookupError without one
- tell(actor, call) -> Call: letters under embargo, where the publishing stage has the option `embargo`
- publish(actor, call) -> Call: letters, outcomes, what is owed, the clock of appeals; the call is
  "published"; under embargo not before the stage's day
- decline(actor, submission) -> Submission: after the seal; the best on the reserve list moves up by itself;
  move_up(actor, call) -> [Decision]: tried again, where something stood in its way
- appeal(actor, submission, words, *, now) -> Appeal: `now` as in submit; answer_appeal(actor, appeal, upheld,
  answer, *, tier) -> Appeal: never by whoever decided the entry
- deliver(actor, owed, words, link), waive(actor, owed, reason) -> Owed; remind_owing(actor, call) -> int

Queries (`calls.queries`)
- open_now(now), upcoming_calls(now) -> [Call]; published_calls() -> queryset
- call_page(slug, user) -> CallPage | None; chosen_story(decision) -> Story | None
- my_submissions(user) -> MySubmissions(own, shared, invited); submission_page(user, uid) -> SubmissionPage
  | None
- entry_page(user, ref) -> EntryPage | None: by duty, what this user may see and no more; may_open(user,
  upload)
- screening_queue(user, call) -> queryset; jury_list(user, call) -> JuryList | None
- vote_page(user, run, seed, category, number) -> VotePage; votes_page(user, run) -> VotesPage;
  running_order(user, run) -> RunningOrder(rows, now, next, to_mark)
- pair_page(user, run, asked) -> PairPage(pair, mine, done, total, last); rank_page(user, run) ->
  RankPage(ranking, rows): what a juror compares next, or puts in order
- asked.pages_of(entry), supplement_page, own_mergers, own_objections: of those behind an entry;
  merging.proposals, suggestions; objecting.on_notice, noticed, own_filed, objections_of
- chair_table(user, call) -> Sheet | None; manager_overview(user, call) -> Overview
- calibration.calibration_page(user, call, key) -> Calibration | None: from the entries that she sees alone
- calls_at_work(user) -> queryset; waiting(user) -> [Waiting]; juror_labels(call) -> {person pk: label}
- Submission.objects: of(user), on_duty_of(user), visible_to(user), sent(), in_the_running(). Every list of
  entries starts from one of the first three; `sight` says who sees what.
- owed_by(persons, organisations), owes(person, organisation) -> [Owed]: late, neither delivered nor waived
- appeals_of(call) -> Appeals | None: how many and how they ended; reserve_list(call) -> [Decision]
- verdicts.inputs(call, rules, salt, only=run) gathers; verdicts.order(inputs) -> {ref: Standing}; kept, seal
  and departures are pure. verdicts.recompute(verdict.body) == verdict.body, from nothing but that text.

Conflicts (`calls.conflicts`): found by comparison, kept as rows (source "found"), so that `sight` closes
every door at once
- search(call, persons, entries).against(person pk, entry pk) -> [words]: what stands and what would be found
- keep.refresh(call, judges, entries): within an act; submit, co-applicants, stages that open, and every
  change that `people.changes` tells of call it. What is found anew makes her work on the entry fall
  (StageKind.void; `heard` bounds of whom it is asked). find.compare is pure; the policy switches each kind
- queries.bars: kept_from(user, call) -> a number and why in general; conflicts_of, bar_rows, undecidable

Permissions ("calls." + name)
- create_call; on a Call: view_call manage_call edit_rules open_call amend_call close_call appoint run_stage
  assign publish_call see_conflicts start_submission see_screening see_jury see_sheet see_votes
  set_aside_votes see_pitch run_pitch decide_call seal_call audit_call
- on a Submission: view_submission edit_submission submit_submission withdraw_submission keep_co_applicants
  screen_submission assess_submission declare_conflict cast_vote propose_merger object_to
- on a Merger: answer_merger; on an Objection: withdraw_objection reply_to_objection answer_objection; on a
  Call: see_mergers see_objections
- on a CoApplicant: confirm_co_applicant; on an Upload: open_upload; on a Conflict: lift_conflict

For templates
- Call: slug title summary body state opens_at closes_at is_accepting is_coming is_sealed is_published
  appeals_until version sheet rules frozen stages.all; StageRun: rule component is_open is_late
- Submission: uid ref number title state language category_rule editable is_draft has_unsent_changes receipt
  sent_at
- Decision: is_accepted tier_rule words departs departure_reason computed_rank outcome; Screening: passed
  words

For outcomes
- make(actor, decision) -> subject or None, inside the publishing transaction; the actor is None where the
  rules give the place. take_back(decision): the applicant gives it back.
- decision.submission.by_role(role) is typed: line and text Text; choice rules.Choice; choices [Choice];
  country "CN"; countries ["CN"]; number int or Decimal; year int; date date; url str; yesno bool; files
  [Upload]; persons [PersonNamed]; organisations [OrganisationNamed]; None if empty. Publish only what the
  rules call public.
"""
