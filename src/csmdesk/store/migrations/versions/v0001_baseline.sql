CREATE TABLE accounts (
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  name TEXT NOT NULL,
  domain TEXT,
  industry TEXT,
  parent_id TEXT,
  owner_id TEXT,
  segment TEXT,
  assigned_on TEXT,
  start_on TEXT,
  currency TEXT,
  crm_url TEXT,
  CONSTRAINT pk_accounts PRIMARY KEY (id),
  CONSTRAINT ck_accounts_state_known CHECK (state IN ('active', 'archived', 'merged', 'gone', 'no_access'))
)
 STRICT;

CREATE INDEX ix_accounts_name ON accounts (name);

CREATE INDEX ix_accounts_owner_id ON accounts (owner_id);

CREATE TABLE book_info (
  id INTEGER NOT NULL,
  timezone TEXT,
  base_currency TEXT NOT NULL,
  me TEXT,
  settings TEXT NOT NULL,
  CONSTRAINT pk_book_info PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE connections (
  "key" TEXT NOT NULL,
  crm TEXT NOT NULL,
  base_url TEXT NOT NULL,
  portal_name TEXT,
  owner_email TEXT,
  owner_remote_id TEXT,
  scope TEXT NOT NULL,
  field_map TEXT NOT NULL,
  capabilities TEXT NOT NULL,
  token_place TEXT NOT NULL,
  time_zone TEXT,
  created_at TEXT NOT NULL,
  paused_reason TEXT,
  paused_until TEXT,
  last_synced_at TEXT,
  CONSTRAINT pk_connections PRIMARY KEY ("key")
)
 STRICT;

CREATE TABLE drafts (
  place TEXT NOT NULL,
  record TEXT NOT NULL,
  body TEXT NOT NULL,
  body_sha256 TEXT NOT NULL,
  started_at TEXT,
  updated_at TEXT NOT NULL,
  CONSTRAINT pk_drafts PRIMARY KEY (place, record)
)
 STRICT;

CREATE TABLE field_edits (
  entity TEXT NOT NULL,
  local_id TEXT NOT NULL,
  field TEXT NOT NULL,
  base TEXT,
  local TEXT,
  op_id TEXT,
  edited_at TEXT NOT NULL,
  settled_at TEXT,
  CONSTRAINT pk_field_edits PRIMARY KEY (entity, local_id, field)
)
 STRICT;

CREATE TABLE holidays (
  "on" TEXT NOT NULL,
  CONSTRAINT pk_holidays PRIMARY KEY ("on")
)
 STRICT;

CREATE TABLE rates (
  currency TEXT NOT NULL,
  "on" TEXT NOT NULL,
  rate TEXT NOT NULL,
  CONSTRAINT pk_rates PRIMARY KEY (currency, "on")
)
 STRICT;

CREATE TABLE users (
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  CONSTRAINT pk_users PRIMARY KEY (id),
  CONSTRAINT ck_users_state_known CHECK (state IN ('active', 'archived', 'merged', 'gone', 'no_access'))
)
 STRICT;

CREATE TABLE account_notes (
  account_id TEXT NOT NULL,
  tags TEXT NOT NULL,
  notes TEXT,
  CONSTRAINT pk_account_notes PRIMARY KEY (account_id),
  CONSTRAINT fk_account_notes_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE TABLE activities (
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  account_id TEXT NOT NULL,
  type TEXT NOT NULL,
  at TEXT NOT NULL,
  minutes INTEGER,
  two_way INTEGER,
  direction TEXT,
  user_id TEXT,
  outcome TEXT,
  sentiment INTEGER,
  text TEXT,
  meeting_id TEXT,
  CONSTRAINT pk_activities PRIMARY KEY (id),
  CONSTRAINT ck_activities_state_known CHECK (state IN ('active', 'archived', 'merged', 'gone', 'no_access')),
  CONSTRAINT fk_activities_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_activities_account_at ON activities (account_id, at);

CREATE INDEX ix_activities_at ON activities (at);

CREATE INDEX ix_activities_meeting_id ON activities (meeting_id);

CREATE TABLE conflicts (
  id TEXT NOT NULL,
  connection TEXT NOT NULL,
  entity TEXT NOT NULL,
  local_id TEXT NOT NULL,
  field TEXT NOT NULL,
  base TEXT,
  local TEXT,
  remote TEXT,
  found_at TEXT NOT NULL,
  settled_at TEXT,
  settled_as TEXT,
  CONSTRAINT pk_conflicts PRIMARY KEY (id),
  CONSTRAINT fk_conflicts_connection FOREIGN KEY(connection) REFERENCES connections ("key")
)
 STRICT;

CREATE INDEX ix_conflicts_connection ON conflicts (connection);

CREATE INDEX ix_conflicts_local_id ON conflicts (local_id);

CREATE TABLE contacts (
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  title TEXT,
  email TEXT,
  phone TEXT,
  CONSTRAINT pk_contacts PRIMARY KEY (id),
  CONSTRAINT ck_contacts_state_known CHECK (state IN ('active', 'archived', 'merged', 'gone', 'no_access')),
  CONSTRAINT fk_contacts_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_contacts_account_id ON contacts (account_id);

CREATE INDEX ix_contacts_email ON contacts (email);

CREATE TABLE cursors (
  connection TEXT NOT NULL,
  object_type TEXT NOT NULL,
  query_hash TEXT NOT NULL,
  high_water TEXT,
  last_id TEXT,
  page_token TEXT,
  page_no INTEGER NOT NULL,
  window_start TEXT,
  state TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CONSTRAINT pk_cursors PRIMARY KEY (connection, object_type, query_hash),
  CONSTRAINT fk_cursors_connection FOREIGN KEY(connection) REFERENCES connections ("key")
)
 STRICT;

CREATE TABLE dispositions (
  id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  episode TEXT NOT NULL,
  action TEXT NOT NULL,
  until TEXT,
  reason TEXT,
  points INTEGER NOT NULL,
  score INTEGER NOT NULL,
  at TEXT NOT NULL,
  undoes TEXT,
  "before" TEXT,
  CONSTRAINT pk_dispositions PRIMARY KEY (id),
  CONSTRAINT ck_dispositions_action_known CHECK (action IN ('done', 'snooze', 'dismiss', 'undo')),
  CONSTRAINT fk_dispositions_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_dispositions_account_id ON dispositions (account_id);

CREATE INDEX ix_dispositions_at ON dispositions (at);

CREATE TABLE health_overrides (
  account_id TEXT NOT NULL,
  set_on TEXT NOT NULL,
  color TEXT NOT NULL,
  reason TEXT NOT NULL,
  expires_on TEXT NOT NULL,
  CONSTRAINT pk_health_overrides PRIMARY KEY (account_id, set_on),
  CONSTRAINT fk_health_overrides_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE TABLE health_records (
  account_id TEXT NOT NULL,
  "on" TEXT NOT NULL,
  source TEXT NOT NULL,
  score TEXT NOT NULL,
  higher_is_better INTEGER NOT NULL,
  components TEXT NOT NULL,
  cause TEXT,
  CONSTRAINT pk_health_records PRIMARY KEY (account_id, "on"),
  CONSTRAINT fk_health_records_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE TABLE health_scores (
  account_id TEXT NOT NULL,
  "on" TEXT NOT NULL,
  score TEXT NOT NULL,
  higher_is_better INTEGER NOT NULL,
  components TEXT NOT NULL,
  cause TEXT,
  CONSTRAINT pk_health_scores PRIMARY KEY (account_id, "on"),
  CONSTRAINT fk_health_scores_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE TABLE leases (
  connection TEXT NOT NULL,
  owner TEXT NOT NULL,
  until TEXT NOT NULL,
  CONSTRAINT pk_leases PRIMARY KEY (connection),
  CONSTRAINT fk_leases_connection FOREIGN KEY(connection) REFERENCES connections ("key")
)
 STRICT;

CREATE TABLE mapped_fields (
  connection TEXT NOT NULL,
  holder TEXT NOT NULL,
  field TEXT NOT NULL,
  object_type TEXT NOT NULL,
  property TEXT NOT NULL,
  kind TEXT,
  read_only INTEGER NOT NULL,
  state TEXT NOT NULL,
  since TEXT NOT NULL,
  checked_at TEXT NOT NULL,
  CONSTRAINT pk_mapped_fields PRIMARY KEY (connection, holder, field),
  CONSTRAINT ck_mapped_fields_state_known CHECK (state IN ('good', 'vanished', 'retyped', 'read_only', 'returned')),
  CONSTRAINT fk_mapped_fields_connection FOREIGN KEY(connection) REFERENCES connections ("key")
)
 STRICT;

CREATE TABLE measurements (
  account_id TEXT NOT NULL,
  metric TEXT NOT NULL,
  "on" TEXT NOT NULL,
  source TEXT NOT NULL,
  value TEXT NOT NULL,
  CONSTRAINT pk_measurements PRIMARY KEY (account_id, metric, "on"),
  CONSTRAINT fk_measurements_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE TABLE meetings (
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  account_id TEXT,
  kind TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  CONSTRAINT pk_meetings PRIMARY KEY (id),
  CONSTRAINT ck_meetings_state_known CHECK (state IN ('active', 'archived', 'merged', 'gone', 'no_access')),
  CONSTRAINT fk_meetings_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_meetings_account_id ON meetings (account_id);

CREATE INDEX ix_meetings_start ON meetings (start);

CREATE TABLE next_steps (
  id TEXT NOT NULL,
  touchpoint_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  text TEXT NOT NULL,
  side TEXT NOT NULL,
  due_on TEXT,
  done_on TEXT,
  CONSTRAINT pk_next_steps PRIMARY KEY (id),
  CONSTRAINT ck_next_steps_side_known CHECK (side IN ('us', 'them')),
  CONSTRAINT fk_next_steps_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_next_steps_account_id ON next_steps (account_id);

CREATE INDEX ix_next_steps_touchpoint_id ON next_steps (touchpoint_id);

CREATE TABLE opportunities (
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  amount TEXT,
  currency TEXT,
  stage TEXT,
  close_on TEXT,
  status TEXT NOT NULL,
  CONSTRAINT pk_opportunities PRIMARY KEY (id),
  CONSTRAINT ck_opportunities_state_known CHECK (state IN ('active', 'archived', 'merged', 'gone', 'no_access')),
  CONSTRAINT ck_opportunities_status_known CHECK (status IN ('open', 'won', 'lost')),
  CONSTRAINT fk_opportunities_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_opportunities_account_id ON opportunities (account_id);

CREATE TABLE outbox (
  seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  op_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  entity TEXT NOT NULL,
  local_id TEXT NOT NULL,
  account_id TEXT,
  remote_id TEXT,
  object_type TEXT NOT NULL,
  kind TEXT NOT NULL,
  summary TEXT NOT NULL,
  payload TEXT NOT NULL,
  payload_sha256 TEXT NOT NULL,
  base TEXT,
  depends_on TEXT,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  lookups INTEGER NOT NULL,
  not_before TEXT,
  sent_at TEXT,
  tier TEXT,
  key_made TEXT,
  linked_at TEXT,
  lease_owner TEXT,
  lease_until TEXT,
  last_error_class TEXT,
  last_error TEXT,
  created_at TEXT NOT NULL,
  done_at TEXT,
  CONSTRAINT ck_outbox_state_known CHECK (state IN ('pending', 'sending', 'uncertain', 'done', 'failed', 'conflict', 'cancelled')),
  CONSTRAINT ck_outbox_kind_known CHECK (kind IN ('create', 'update', 'delete', 'associate')),
  CONSTRAINT ck_outbox_tier_known CHECK (tier IN ('A', 'B', 'C')),
  CONSTRAINT uq_outbox_op_id UNIQUE (op_id),
  CONSTRAINT fk_outbox_connection FOREIGN KEY(connection) REFERENCES connections ("key"),
  CONSTRAINT fk_outbox_depends_on FOREIGN KEY(depends_on) REFERENCES outbox (op_id)
)
 STRICT;

CREATE INDEX ix_outbox_account_id ON outbox (account_id);

CREATE INDEX ix_outbox_connection ON outbox (connection);

CREATE INDEX ix_outbox_local_id ON outbox (local_id);

CREATE INDEX ix_outbox_ready ON outbox (state, not_before, seq);

CREATE TABLE plan_changes (
  seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "on" TEXT NOT NULL,
  action TEXT NOT NULL,
  account_id TEXT,
  at TEXT NOT NULL,
  "before" TEXT NOT NULL,
  CONSTRAINT ck_plan_changes_action_known CHECK (action IN ('plan', 'unplan', 'replan')),
  CONSTRAINT fk_plan_changes_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE TABLE planned_days (
  "on" TEXT NOT NULL,
  account_id TEXT NOT NULL,
  removed INTEGER NOT NULL,
  own INTEGER NOT NULL,
  CONSTRAINT pk_planned_days PRIMARY KEY ("on", account_id),
  CONSTRAINT fk_planned_days_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE TABLE plans (
  id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  template TEXT,
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  owner_us_id TEXT,
  owner_them_id TEXT,
  start_on TEXT NOT NULL,
  kick_off_on TEXT,
  due_on TEXT,
  CONSTRAINT pk_plans PRIMARY KEY (id),
  CONSTRAINT fk_plans_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_plans_account_id ON plans (account_id);

CREATE TABLE pulses (
  account_id TEXT NOT NULL,
  "on" TEXT NOT NULL,
  value TEXT NOT NULL,
  note TEXT,
  CONSTRAINT pk_pulses PRIMARY KEY (account_id, "on"),
  CONSTRAINT fk_pulses_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE TABLE quarantine (
  connection TEXT NOT NULL,
  object_type TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  raw TEXT NOT NULL,
  reason TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  CONSTRAINT pk_quarantine PRIMARY KEY (connection, object_type, remote_id),
  CONSTRAINT fk_quarantine_connection FOREIGN KEY(connection) REFERENCES connections ("key")
)
 STRICT;

CREATE TABLE remote_links (
  connection TEXT NOT NULL,
  object_type TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  entity TEXT NOT NULL,
  local_id TEXT NOT NULL,
  alias_of TEXT,
  origin TEXT NOT NULL,
  state TEXT NOT NULL,
  fingerprint TEXT,
  modified_at TEXT,
  whole INTEGER NOT NULL,
  seen_at TEXT NOT NULL,
  CONSTRAINT pk_remote_links PRIMARY KEY (connection, object_type, remote_id),
  CONSTRAINT fk_remote_links_connection FOREIGN KEY(connection) REFERENCES connections ("key")
)
 STRICT;

CREATE INDEX ix_remote_links_local ON remote_links (entity, local_id);

CREATE TABLE share_changes (
  entity TEXT NOT NULL,
  local_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  at TEXT NOT NULL,
  field TEXT NOT NULL,
  account_id TEXT NOT NULL,
  "before" TEXT,
  "after" TEXT,
  CONSTRAINT pk_share_changes PRIMARY KEY (entity, local_id, connection, at, field),
  CONSTRAINT ck_share_changes_field_known CHECK (field IN ('title', 'due_on', 'done', 'task')),
  CONSTRAINT fk_share_changes_connection FOREIGN KEY(connection) REFERENCES connections ("key"),
  CONSTRAINT fk_share_changes_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_share_changes_account_id ON share_changes (account_id);

CREATE TABLE shared_tasks (
  connection TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  title TEXT NOT NULL,
  due_on TEXT,
  done_on TEXT,
  CONSTRAINT pk_shared_tasks PRIMARY KEY (connection, remote_id),
  CONSTRAINT fk_shared_tasks_connection FOREIGN KEY(connection) REFERENCES connections ("key")
)
 STRICT;

CREATE TABLE subscriptions (
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  account_id TEXT NOT NULL,
  product TEXT,
  arr TEXT,
  currency TEXT,
  start_on TEXT NOT NULL,
  term_months INTEGER,
  term_end TEXT,
  auto_renew INTEGER NOT NULL,
  notice_days INTEGER,
  notice_months INTEGER,
  evergreen INTEGER NOT NULL,
  status TEXT NOT NULL,
  ended_on TEXT,
  CONSTRAINT pk_subscriptions PRIMARY KEY (id),
  CONSTRAINT ck_subscriptions_state_known CHECK (state IN ('active', 'archived', 'merged', 'gone', 'no_access')),
  CONSTRAINT ck_subscriptions_status_known CHECK (status IN ('active', 'ended')),
  CONSTRAINT fk_subscriptions_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_subscriptions_account_id ON subscriptions (account_id);

CREATE TABLE surveys (
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  account_id TEXT NOT NULL,
  contact_id TEXT,
  kind TEXT NOT NULL,
  score INTEGER NOT NULL,
  at TEXT NOT NULL,
  comment TEXT,
  CONSTRAINT pk_surveys PRIMARY KEY (id),
  CONSTRAINT ck_surveys_state_known CHECK (state IN ('active', 'archived', 'merged', 'gone', 'no_access')),
  CONSTRAINT ck_surveys_kind_known CHECK (kind IN ('nps', 'csat')),
  CONSTRAINT fk_surveys_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_surveys_account_id ON surveys (account_id);

CREATE INDEX ix_surveys_at ON surveys (at);

CREATE TABLE sync_runs (
  id TEXT NOT NULL,
  connection TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT,
  report TEXT NOT NULL,
  CONSTRAINT pk_sync_runs PRIMARY KEY (id),
  CONSTRAINT fk_sync_runs_connection FOREIGN KEY(connection) REFERENCES connections ("key")
)
 STRICT;

CREATE INDEX ix_sync_runs_connection ON sync_runs (connection);

CREATE TABLE tasks (
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  account_id TEXT NOT NULL,
  title TEXT NOT NULL,
  due_on TEXT,
  priority TEXT,
  effort_minutes INTEGER,
  done_on TEXT,
  CONSTRAINT pk_tasks PRIMARY KEY (id),
  CONSTRAINT ck_tasks_state_known CHECK (state IN ('active', 'archived', 'merged', 'gone', 'no_access')),
  CONSTRAINT fk_tasks_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_tasks_account_id ON tasks (account_id);

CREATE TABLE tickets (
  id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  account_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  severity TEXT NOT NULL,
  status TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  closed_at TEXT,
  CONSTRAINT pk_tickets PRIMARY KEY (id),
  CONSTRAINT ck_tickets_state_known CHECK (state IN ('active', 'archived', 'merged', 'gone', 'no_access')),
  CONSTRAINT fk_tickets_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_tickets_account_id ON tickets (account_id);

CREATE INDEX ix_tickets_status ON tickets (status);

CREATE TABLE touchpoints (
  id TEXT NOT NULL,
  origin TEXT NOT NULL,
  account_id TEXT NOT NULL,
  type TEXT NOT NULL,
  at TEXT NOT NULL,
  minutes INTEGER,
  two_way INTEGER,
  direction TEXT,
  user_id TEXT,
  outcome TEXT,
  sentiment INTEGER,
  text TEXT,
  text_sha256 TEXT,
  meeting_id TEXT,
  created_at TEXT NOT NULL,
  withdrawn_at TEXT,
  CONSTRAINT pk_touchpoints PRIMARY KEY (id),
  CONSTRAINT fk_touchpoints_account_id FOREIGN KEY(account_id) REFERENCES accounts (id)
)
 STRICT;

CREATE INDEX ix_touchpoints_account_at ON touchpoints (account_id, at);

CREATE INDEX ix_touchpoints_at ON touchpoints (at);

CREATE INDEX ix_touchpoints_meeting_id ON touchpoints (meeting_id);

CREATE TABLE activity_attendees (
  activity_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  contact_id TEXT NOT NULL,
  CONSTRAINT pk_activity_attendees PRIMARY KEY (activity_id, position),
  CONSTRAINT fk_activity_attendees_activity_id FOREIGN KEY(activity_id) REFERENCES activities (id)
)
 STRICT;

CREATE INDEX ix_activity_attendees_contact_id ON activity_attendees (contact_id);

CREATE TABLE contract_breaks (
  subscription_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  "on" TEXT NOT NULL,
  kind TEXT NOT NULL,
  CONSTRAINT pk_contract_breaks PRIMARY KEY (subscription_id, position),
  CONSTRAINT fk_contract_breaks_subscription_id FOREIGN KEY(subscription_id) REFERENCES subscriptions (id)
)
 STRICT;

CREATE TABLE meeting_attendees (
  meeting_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  contact_id TEXT NOT NULL,
  CONSTRAINT pk_meeting_attendees PRIMARY KEY (meeting_id, position),
  CONSTRAINT fk_meeting_attendees_meeting_id FOREIGN KEY(meeting_id) REFERENCES meetings (id)
)
 STRICT;

CREATE INDEX ix_meeting_attendees_contact_id ON meeting_attendees (contact_id);

CREATE TABLE meeting_preps (
  meeting_id TEXT NOT NULL,
  prep TEXT NOT NULL,
  CONSTRAINT pk_meeting_preps PRIMARY KEY (meeting_id),
  CONSTRAINT ck_meeting_preps_prep_known CHECK (prep IN ('none', 'started', 'ready')),
  CONSTRAINT fk_meeting_preps_meeting_id FOREIGN KEY(meeting_id) REFERENCES meetings (id)
)
 STRICT;

CREATE TABLE new_contacts (
  id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  touchpoint_id TEXT NOT NULL,
  name TEXT NOT NULL,
  settled_at TEXT,
  CONSTRAINT pk_new_contacts PRIMARY KEY (id),
  CONSTRAINT fk_new_contacts_account_id FOREIGN KEY(account_id) REFERENCES accounts (id),
  CONSTRAINT fk_new_contacts_touchpoint_id FOREIGN KEY(touchpoint_id) REFERENCES touchpoints (id)
)
 STRICT;

CREATE INDEX ix_new_contacts_account_id ON new_contacts (account_id);

CREATE INDEX ix_new_contacts_touchpoint_id ON new_contacts (touchpoint_id);

CREATE TABLE objectives (
  id TEXT NOT NULL,
  plan_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  CONSTRAINT pk_objectives PRIMARY KEY (id),
  CONSTRAINT fk_objectives_plan_id FOREIGN KEY(plan_id) REFERENCES plans (id)
)
 STRICT;

CREATE INDEX ix_objectives_plan_id ON objectives (plan_id);

CREATE TABLE observations (
  touchpoint_id TEXT NOT NULL,
  contact_id TEXT NOT NULL,
  sentiment INTEGER NOT NULL,
  "on" TEXT NOT NULL,
  "before" INTEGER,
  before_on TEXT,
  CONSTRAINT pk_observations PRIMARY KEY (touchpoint_id, contact_id),
  CONSTRAINT fk_observations_touchpoint_id FOREIGN KEY(touchpoint_id) REFERENCES touchpoints (id),
  CONSTRAINT fk_observations_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id)
)
 STRICT;

CREATE TABLE ramp_steps (
  subscription_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  from_on TEXT NOT NULL,
  arr TEXT NOT NULL,
  CONSTRAINT pk_ramp_steps PRIMARY KEY (subscription_id, position),
  CONSTRAINT fk_ramp_steps_subscription_id FOREIGN KEY(subscription_id) REFERENCES subscriptions (id)
)
 STRICT;

CREATE TABLE renewal_judgements (
  subscription_id TEXT NOT NULL,
  forecast TEXT,
  likelihood INTEGER,
  notice_received_on TEXT,
  CONSTRAINT pk_renewal_judgements PRIMARY KEY (subscription_id),
  CONSTRAINT fk_renewal_judgements_subscription_id FOREIGN KEY(subscription_id) REFERENCES subscriptions (id)
)
 STRICT;

CREATE TABLE shares (
  entity TEXT NOT NULL,
  local_id TEXT NOT NULL,
  connection TEXT NOT NULL,
  account_id TEXT NOT NULL,
  op_id TEXT NOT NULL,
  title TEXT NOT NULL,
  due_on TEXT NOT NULL,
  done TEXT NOT NULL,
  agreed_seq INTEGER NOT NULL,
  held TEXT NOT NULL,
  "before" TEXT,
  shared_at TEXT NOT NULL,
  ended_at TEXT,
  ended_as TEXT,
  CONSTRAINT pk_shares PRIMARY KEY (entity, local_id, connection),
  CONSTRAINT ck_shares_entity_known CHECK (entity IN ('next_step', 'milestone')),
  CONSTRAINT ck_shares_ended_as_known CHECK (ended_as IN ('unshared', 'cancelled', 'deleted_there', 'step_gone')),
  CONSTRAINT fk_shares_connection FOREIGN KEY(connection) REFERENCES connections ("key"),
  CONSTRAINT fk_shares_account_id FOREIGN KEY(account_id) REFERENCES accounts (id),
  CONSTRAINT fk_shares_op_id FOREIGN KEY(op_id) REFERENCES outbox (op_id)
)
 STRICT;

CREATE INDEX ix_shares_account_id ON shares (account_id);

CREATE TABLE stakeholders (
  contact_id TEXT NOT NULL,
  roles TEXT NOT NULL,
  primary_role TEXT,
  influence INTEGER,
  interest INTEGER,
  sentiment INTEGER,
  sentiment_on TEXT,
  status TEXT,
  left_on TEXT,
  reports_to_id TEXT,
  counterpart_id TEXT,
  CONSTRAINT pk_stakeholders PRIMARY KEY (contact_id),
  CONSTRAINT fk_stakeholders_contact_id FOREIGN KEY(contact_id) REFERENCES contacts (id)
)
 STRICT;

CREATE TABLE task_completions (
  task_id TEXT NOT NULL,
  done_on TEXT NOT NULL,
  CONSTRAINT pk_task_completions PRIMARY KEY (task_id),
  CONSTRAINT fk_task_completions_task_id FOREIGN KEY(task_id) REFERENCES tasks (id)
)
 STRICT;

CREATE TABLE touchpoint_attendees (
  touchpoint_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  contact_id TEXT NOT NULL,
  CONSTRAINT pk_touchpoint_attendees PRIMARY KEY (touchpoint_id, position),
  CONSTRAINT fk_touchpoint_attendees_touchpoint_id FOREIGN KEY(touchpoint_id) REFERENCES touchpoints (id)
)
 STRICT;

CREATE INDEX ix_touchpoint_attendees_contact_id ON touchpoint_attendees (contact_id);

CREATE TABLE criteria (
  id TEXT NOT NULL,
  objective_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  kpi TEXT NOT NULL,
  unit TEXT,
  baseline TEXT NOT NULL,
  target TEXT NOT NULL,
  current TEXT,
  current_on TEXT,
  direction TEXT NOT NULL,
  CONSTRAINT pk_criteria PRIMARY KEY (id),
  CONSTRAINT fk_criteria_objective_id FOREIGN KEY(objective_id) REFERENCES objectives (id)
)
 STRICT;

CREATE INDEX ix_criteria_objective_id ON criteria (objective_id);

CREATE TABLE milestones (
  id TEXT NOT NULL,
  objective_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  due_on TEXT NOT NULL,
  due_original TEXT,
  status TEXT NOT NULL,
  side TEXT NOT NULL,
  person_id TEXT,
  is_first_value INTEGER NOT NULL,
  done_on TEXT,
  blocked_reason TEXT,
  blocked_by TEXT,
  dropped_reason TEXT,
  shared INTEGER NOT NULL,
  CONSTRAINT pk_milestones PRIMARY KEY (id),
  CONSTRAINT fk_milestones_objective_id FOREIGN KEY(objective_id) REFERENCES objectives (id)
)
 STRICT;

CREATE INDEX ix_milestones_objective_id ON milestones (objective_id);

CREATE TABLE evidence (
  milestone_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  text TEXT,
  url TEXT,
  "on" TEXT,
  CONSTRAINT pk_evidence PRIMARY KEY (milestone_id, position),
  CONSTRAINT fk_evidence_milestone_id FOREIGN KEY(milestone_id) REFERENCES milestones (id)
)
 STRICT;

CREATE TABLE milestone_moves (
  milestone_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  from_on TEXT NOT NULL,
  to_on TEXT NOT NULL,
  "on" TEXT NOT NULL,
  CONSTRAINT pk_milestone_moves PRIMARY KEY (milestone_id, position),
  CONSTRAINT fk_milestone_moves_milestone_id FOREIGN KEY(milestone_id) REFERENCES milestones (id)
)
 STRICT;

CREATE TABLE plan_tasks (
  id TEXT NOT NULL,
  milestone_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  title TEXT NOT NULL,
  side TEXT NOT NULL,
  due_on TEXT,
  done_on TEXT,
  effort_minutes INTEGER,
  CONSTRAINT pk_plan_tasks PRIMARY KEY (id),
  CONSTRAINT fk_plan_tasks_milestone_id FOREIGN KEY(milestone_id) REFERENCES milestones (id)
)
 STRICT;

CREATE INDEX ix_plan_tasks_milestone_id ON plan_tasks (milestone_id);
