-- The store of a desk as it is today: journal, views, search, session.
-- The journal is the only source of truth; every view can be dropped and made again from it.
-- Instants are Unix seconds UTC unless a name ends in _ms; identities are 16 bytes; words are those of the domain.

PRAGMA application_id = 1413763915;
PRAGMA user_version = 1;

---------------------------------------------------------------------------------------------------- journal

-- This store, in one row.
CREATE TABLE meta (
  one          INTEGER PRIMARY KEY CHECK (one = 1),
  store        BLOB    NOT NULL CHECK (length(store) = 16),
  code         TEXT    NOT NULL DEFAULT '' CHECK (code = '' OR code GLOB '[A-Z][A-Z0-9]*' AND length(code) BETWEEN 2 AND 6),
  local_oid    INTEGER NOT NULL REFERENCES origin (oid),
  fingerprint  TEXT    NOT NULL,
  schema_epoch INTEGER NOT NULL,
  view_version INTEGER NOT NULL,
  view_state   TEXT    NOT NULL DEFAULT 'ready' CHECK (view_state IN ('ready', 'rebuilding')),
  shared       INTEGER NOT NULL DEFAULT 0 CHECK (shared IN (0, 1)),
  demo         INTEGER NOT NULL DEFAULT 0 CHECK (demo IN (0, 1))
) STRICT;

-- Lives of stores: this one's, its earlier ones, other sites'.
CREATE TABLE origin (
  oid        INTEGER PRIMARY KEY,
  origin     BLOB    NOT NULL UNIQUE CHECK (length(origin) = 16),
  site       TEXT    NOT NULL,
  gen        INTEGER NOT NULL DEFAULT 1,
  pubkey     BLOB    CHECK (pubkey IS NULL OR length(pubkey) = 32),
  trust      TEXT    NOT NULL DEFAULT 'held' CHECK (trust IN ('local', 'pinned', 'held', 'frozen', 'retired')),
  can_redact INTEGER NOT NULL DEFAULT 0 CHECK (can_redact IN (0, 1)),
  head_seq   INTEGER NOT NULL DEFAULT 0,
  head_hash  BLOB    NOT NULL DEFAULT (zeroblob(32)) CHECK (length(head_hash) = 32),
  head_hlc   INTEGER NOT NULL DEFAULT 0,
  sig_seq    INTEGER NOT NULL DEFAULT 0,
  sig        BLOB    CHECK (sig IS NULL OR length(sig) = 64)
) STRICT;

-- The journal: what happened, for ever.
CREATE TABLE event (
  pos    INTEGER PRIMARY KEY,              -- order of arrival here; never leaves this store
  oid    INTEGER NOT NULL REFERENCES origin (oid),
  seq    INTEGER NOT NULL CHECK (seq > 0), -- 1, 2, 3 ... within the origin
  hlc    INTEGER NOT NULL CHECK (hlc > 0), -- milliseconds << 16 | counter
  wall   INTEGER NOT NULL,                 -- author's clock in ms, for display and service times
  agg    BLOB    NOT NULL CHECK (length(agg) = 16),
  cmd    BLOB    NOT NULL CHECK (length(cmd) = 16),
  scope  TEXT    NOT NULL DEFAULT '',
  kind   TEXT    NOT NULL CHECK (length(kind) BETWEEN 3 AND 64),
  ver    INTEGER NOT NULL CHECK (ver BETWEEN 1 AND 65535),
  actor  TEXT    NOT NULL CHECK (length(actor) BETWEEN 1 AND 128),
  proof  TEXT    NOT NULL CHECK (length(proof) BETWEEN 1 AND 16),
  salt   BLOB    CHECK (salt IS NULL OR length(salt) = 16),
  body   TEXT    CHECK (body IS NULL OR length(CAST(body AS BLOB)) <= 65536),
  bhash  BLOB    NOT NULL CHECK (length(bhash) = 32),
  hash   BLOB    NOT NULL CHECK (length(hash) = 32),
  UNIQUE (oid, seq),
  CHECK ((salt IS NULL) = (body IS NULL))
) STRICT;
CREATE INDEX event_by_agg ON event (agg, hlc);

CREATE TRIGGER event_next BEFORE INSERT ON event
WHEN NEW.seq IS NOT (SELECT head_seq + 1 FROM origin WHERE oid = NEW.oid)
BEGIN SELECT RAISE(ABORT, 'journal: sequence is not the next one'); END;

CREATE TRIGGER event_head AFTER INSERT ON event
BEGIN
  UPDATE origin SET head_seq = NEW.seq, head_hash = NEW.hash, head_hlc = max(head_hlc, NEW.hlc)
   WHERE oid = NEW.oid;
END;

CREATE TRIGGER event_keep BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'journal: rows are never removed'); END;

CREATE TRIGGER event_fixed BEFORE UPDATE ON event
WHEN NOT (NEW.body IS NULL AND NEW.salt IS NULL
      AND NEW.pos = OLD.pos AND NEW.oid = OLD.oid AND NEW.seq = OLD.seq AND NEW.hlc = OLD.hlc
      AND NEW.wall = OLD.wall AND NEW.agg = OLD.agg AND NEW.cmd = OLD.cmd AND NEW.scope = OLD.scope
      AND NEW.kind = OLD.kind AND NEW.ver = OLD.ver AND NEW.actor = OLD.actor AND NEW.proof = OLD.proof
      AND NEW.bhash = OLD.bhash AND NEW.hash = OLD.hash)
BEGIN SELECT RAISE(ABORT, 'journal: only a redaction may change a row'); END;

-- Erased here; must never come back.
CREATE TABLE redaction (
  origin     BLOB    NOT NULL,
  seq        INTEGER NOT NULL,
  ordered_by BLOB    NOT NULL,
  PRIMARY KEY (origin, seq)
) STRICT, WITHOUT ROWID;

-- Arrived from elsewhere, kept, not admitted.
CREATE TABLE held (
  origin BLOB    NOT NULL,
  seq    INTEGER NOT NULL,
  hash   BLOB    NOT NULL,
  reason TEXT    NOT NULL CHECK (reason IN ('unknown origin', 'clock', 'fork', 'bad signature', 'newer format')),
  frame  BLOB    NOT NULL,
  since  INTEGER NOT NULL,
  PRIMARY KEY (origin, seq, hash)
) STRICT, WITHOUT ROWID;

-- For the screen "last synchronised"; not needed for correctness.
CREATE TABLE peer_seen (
  peer TEXT    NOT NULL,
  oid  INTEGER NOT NULL REFERENCES origin (oid),
  seq  INTEGER NOT NULL,
  at   INTEGER NOT NULL,
  PRIMARY KEY (peer, oid)
) STRICT, WITHOUT ROWID;

------------------------------------------------------------------------------------------------------- views
-- Written by the fold only. Every aggregate row carries: rev, the number of folded events and the optimistic lock;
-- writes, the number of writes per field since creation as JSON; partial, it has events of a newer version;
-- last_*, the newest folded event.

-- Records that stand in a tier's queue, or stood there.
CREATE TABLE ticket (
  rid             INTEGER PRIMARY KEY,       -- position of its first event here
  agg             BLOB    NOT NULL UNIQUE,
  kind            TEXT    NOT NULL,
  code            TEXT    NOT NULL,          -- site code of the number
  n               INTEGER NOT NULL,          -- the number itself; 0 while its first event is missing
  shelf           INTEGER NOT NULL,          -- tier whose queue it stands in; 0 when it stands in none
  due_at          INTEGER NOT NULL,          -- for sorting; 253402300799 when nothing is due
  risk_at         INTEGER NOT NULL,          -- when the first running promise is at risk; likewise
  over_at         INTEGER NOT NULL,          -- from when the first running promise is breached; likewise
  due_kind        TEXT,                      -- clock that is due first
  due_calendar    BLOB,                      -- version of the calendar that it is counted over
  title           TEXT    NOT NULL,
  state           TEXT    NOT NULL,
  state_since     INTEGER NOT NULL,
  tier            INTEGER NOT NULL,
  assignee        TEXT,
  priority        INTEGER NOT NULL,
  impact          TEXT    NOT NULL,
  urgency         TEXT    NOT NULL,
  category        TEXT    NOT NULL,
  subcategory     TEXT    NOT NULL,
  discipline      TEXT    NOT NULL,
  work_mode       TEXT    NOT NULL,
  source          TEXT    NOT NULL,
  symptom         TEXT,
  requester       BLOB,
  contract        TEXT,
  parent          BLOB,                      -- the record that a task belongs to
  vip             INTEGER NOT NULL,
  opened_at       INTEGER NOT NULL,
  logged_at       INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,          -- newest event, by its author's clock
  acknowledged_at INTEGER,
  responded_at    INTEGER,
  pending_reason  TEXT,
  follow_up_at    INTEGER,
  resolved_at     INTEGER,
  closed_at       INTEGER,
  escalation      BLOB,                      -- the one that waits for a decision
  attention_of    TEXT,
  major_state     TEXT    NOT NULL,
  major_review_due_at INTEGER,               -- of a major incident that was stood down
  reopen_count    INTEGER NOT NULL,
  returns         INTEGER NOT NULL,
  marks           INTEGER NOT NULL,          -- bits: 1 duplicate, 2 linked, 4 has machine, 8 has tag, 16 woke, 32 clock paused, 64 promise missed, 128 rule asks, 256 declared major, 512 major or candidate
  cluster         TEXT,                      -- program, symptom and signature: what makes incidents alike
  imported_from   TEXT,
  detail          TEXT    NOT NULL,          -- the fields that no list shows, as JSON
  clocks          TEXT    NOT NULL,          -- as JSON
  latches         TEXT    NOT NULL,          -- rules that fired, as JSON
  starts_at       INTEGER,                   -- when a scheduled request begins by itself
  watch_at        INTEGER,                   -- next instant at which time alone changes something
  worked_at       INTEGER,                   -- newest worklog entry
  reassigned_before INTEGER NOT NULL,        -- reassignments before the present stay in a tier
  visits          INTEGER NOT NULL,
  visited         INTEGER NOT NULL,
  rev             INTEGER NOT NULL,
  writes          TEXT    NOT NULL,
  conflicts       INTEGER NOT NULL,          -- not yet ticked off
  partial         INTEGER NOT NULL,
  created         INTEGER NOT NULL,
  last_hlc        INTEGER NOT NULL,
  last_origin     BLOB    NOT NULL,
  last_seq        INTEGER NOT NULL
) STRICT;
CREATE INDEX ticket_number ON ticket (kind, code, n);
-- The queue of a tier in its order, with everything that a filter can ask of it.
CREATE INDEX ticket_queue ON ticket (
  shelf, due_at, priority, opened_at, rid, state, assignee, kind, category, subcategory, requester, vip, impact,
  urgency, source, symptom, discipline, work_mode, logged_at, updated_at, state_since, acknowledged_at, responded_at,
  pending_reason, escalation, attention_of, reopen_count, returns, marks, tier, contract, risk_at, over_at
) WHERE shelf > 0;
-- What is late or soon will be, for the numbers on the tabs.
CREATE INDEX ticket_risk ON ticket (shelf, risk_at, over_at) WHERE shelf > 0;
-- One after the other, for work that goes through them in batches.
CREATE INDEX ticket_open ON ticket (rid, contract) WHERE shelf > 0;
CREATE INDEX ticket_mine ON ticket (assignee, due_at, priority, opened_at, rid) WHERE shelf > 0;
-- The rest, newest last, for filters over the past; written once when a ticket leaves its queue.
CREATE INDEX ticket_past ON ticket (
  rid, state, assignee, kind, category, subcategory, requester, vip, impact, urgency, source, symptom, work_mode,
  priority, tier, opened_at, updated_at, state_since, responded_at, pending_reason, escalation, reopen_count, returns,
  marks, resolved_at, shelf, contract
) WHERE shelf = 0;
CREATE INDEX ticket_opened ON ticket (opened_at, rid) WHERE shelf = 0;
CREATE INDEX ticket_resolved ON ticket (resolved_at, rid) WHERE shelf = 0;
CREATE INDEX ticket_wakes ON ticket (follow_up_at, rid) WHERE state = 'pending';
CREATE INDEX ticket_starts ON ticket (starts_at, rid) WHERE starts_at IS NOT NULL;
CREATE INDEX ticket_watch ON ticket (watch_at, rid) WHERE watch_at IS NOT NULL;
CREATE INDEX ticket_cluster ON ticket (cluster, logged_at, state, marks) WHERE cluster IS NOT NULL;
CREATE INDEX ticket_closes ON ticket (resolved_at, rid) WHERE state IN ('resolved', 'fulfilled');
-- What was logged lately and can be alike, for finding clusters.
CREATE INDEX ticket_lately ON ticket (logged_at, cluster, state, marks, agg) WHERE cluster IS NOT NULL;
CREATE INDEX ticket_requester ON ticket (requester, rid);
CREATE INDEX ticket_contract ON ticket (contract, rid) WHERE shelf = 0 AND contract IS NOT NULL;
CREATE INDEX ticket_task ON ticket (parent, rid) WHERE parent IS NOT NULL;
CREATE INDEX ticket_imported ON ticket (imported_from) WHERE imported_from IS NOT NULL;
CREATE INDEX ticket_attention ON ticket (attention_of, rid) WHERE attention_of IS NOT NULL;
CREATE INDEX ticket_major ON ticket (rid) WHERE major_state <> 'none';
CREATE INDEX ticket_review ON ticket (major_review_due_at, rid) WHERE major_review_due_at IS NOT NULL;
CREATE INDEX ticket_conflicts ON ticket (rid) WHERE conflicts > 0;

-- Machines, programs and tags of a ticket, for filters.
CREATE TABLE item (
  what TEXT    NOT NULL CHECK (what IN ('endpoint', 'software', 'tag')),
  name TEXT    NOT NULL,                     -- lower case
  rid  INTEGER NOT NULL,
  PRIMARY KEY (what, name, rid)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_of ON item (rid);

-- Links between records; `target` is the other record's identity.
CREATE TABLE link (
  rid    INTEGER NOT NULL,
  kind   TEXT    NOT NULL,
  target BLOB    NOT NULL,
  PRIMARY KEY (rid, kind, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_back ON link (target, kind);
CREATE INDEX link_major ON link (target) WHERE kind = 'child_of_major';

-- Worklog entries.
CREATE TABLE worklog (
  wid   INTEGER PRIMARY KEY,                 -- position of its event * 64 + which of its rows it was
  rid   INTEGER NOT NULL,
  id    BLOB    NOT NULL UNIQUE,
  at    INTEGER NOT NULL,
  actor TEXT    NOT NULL,
  vis   TEXT    NOT NULL,
  text  TEXT    NOT NULL
) STRICT;
CREATE INDEX worklog_record ON worklog (rid, at);

-- Escalations as their steps left them.
CREATE TABLE escalation (
  id             BLOB    PRIMARY KEY,
  rid            INTEGER NOT NULL,
  nth            INTEGER NOT NULL,           -- first, second ... of its record
  state          TEXT    NOT NULL,
  kind           TEXT    NOT NULL,
  from_tier      INTEGER NOT NULL,
  to_tier        INTEGER NOT NULL,
  proposed_by    TEXT    NOT NULL,
  proposed_at    INTEGER NOT NULL,
  review_due     INTEGER,
  post_review    INTEGER NOT NULL,
  proposal       TEXT    NOT NULL,           -- as it stands in the journal, as JSON
  decided_by     TEXT,
  decided_at     INTEGER,
  decision_note  TEXT,
  return_code    TEXT,
  deferred_until INTEGER,
  handed_back_at INTEGER,
  reviewed_at    INTEGER
) STRICT;
CREATE INDEX escalation_record ON escalation (rid, nth);
CREATE INDEX escalation_waiting ON escalation (to_tier, proposed_at) WHERE state = 'proposed';
CREATE INDEX escalation_due ON escalation (review_due, rid) WHERE state = 'proposed';
CREATE INDEX escalation_review ON escalation (proposed_at, rid) WHERE post_review = 1 AND reviewed_at IS NULL;
CREATE INDEX escalation_decided ON escalation (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX escalation_moved ON escalation (rid, to_tier) WHERE state = 'accepted' AND kind = 'functional';
CREATE INDEX escalation_sent ON escalation (proposed_by, proposed_at);
-- What was escalated lately, for the figures beside the inbox.
CREATE INDEX escalation_lately ON escalation (proposed_at);

-- Writes that lost, or won over one they had not seen, until a person ticks them off.
CREATE TABLE conflict (
  rid    INTEGER NOT NULL,
  origin BLOB    NOT NULL,
  seq    INTEGER NOT NULL,
  field  TEXT    NOT NULL,
  kept   TEXT    NOT NULL,
  lost   TEXT    NOT NULL,
  acked  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (rid, origin, seq, field)
) STRICT, WITHOUT ROWID;

-- Problems: causes of incidents, known errors among them.
CREATE TABLE problem (
  rid          INTEGER PRIMARY KEY,          -- position of its first event here
  agg          BLOB    NOT NULL UNIQUE,
  title        TEXT    NOT NULL,
  state        TEXT    NOT NULL,
  state_since  INTEGER NOT NULL,
  owner        TEXT,
  priority     INTEGER NOT NULL,
  detection    TEXT    NOT NULL,
  work_mode    TEXT    NOT NULL,
  subcategory  TEXT    NOT NULL,
  logged_at    INTEGER NOT NULL,
  review_on    TEXT,                         -- civil date by which someone looks at it again
  follow_up_at INTEGER,
  workaround_min_tier INTEGER NOT NULL,
  fix_change   BLOB,
  resolved_at  INTEGER,
  closed_at    INTEGER,
  code         TEXT    NOT NULL,             -- site code of the number
  n            INTEGER NOT NULL,             -- the number itself; 0 while its first event is missing
  open         INTEGER NOT NULL,             -- neither resolved nor at its end
  offers       INTEGER NOT NULL,             -- a known error, or one with a workaround told already
  updated_at   INTEGER NOT NULL,
  worked_at    INTEGER,                      -- newest worklog entry
  conflicts    INTEGER NOT NULL,             -- not yet ticked off
  detail       TEXT    NOT NULL,             -- the fields that no list shows, as JSON
  rev          INTEGER NOT NULL,
  writes       TEXT    NOT NULL,
  partial      INTEGER NOT NULL,
  created      INTEGER NOT NULL,
  last_hlc     INTEGER NOT NULL,
  last_origin  BLOB    NOT NULL,
  last_seq     INTEGER NOT NULL
) STRICT;
CREATE INDEX problem_number ON problem (code, n);
CREATE INDEX problem_open ON problem (open, rid);
CREATE INDEX problem_urgent ON problem (priority, rid) WHERE open = 1;
CREATE INDEX problem_observed ON problem (resolved_at DESC, rid) WHERE state = 'resolved';
CREATE INDEX problem_resolved ON problem (resolved_at) WHERE resolved_at IS NOT NULL;
CREATE INDEX problem_offers ON problem (rid) WHERE offers = 1;
CREATE INDEX problem_over ON problem (state_since, rid) WHERE open = 0;
CREATE INDEX problem_wakes ON problem (follow_up_at, rid) WHERE state = 'pending';
CREATE INDEX problem_fix ON problem (fix_change) WHERE fix_change IS NOT NULL;

-- Changes of the estate.
CREATE TABLE change (
  rid          INTEGER PRIMARY KEY,          -- position of its first event here
  agg          BLOB    NOT NULL UNIQUE,
  title        TEXT    NOT NULL,
  state        TEXT    NOT NULL,
  state_since  INTEGER NOT NULL,
  kind         TEXT    NOT NULL,
  urgency_class TEXT   NOT NULL,
  author       TEXT,
  approver     TEXT,
  work_mode    TEXT    NOT NULL,
  logged_at    INTEGER NOT NULL,
  planned_start INTEGER,
  planned_end  INTEGER,
  post_review_due INTEGER,                   -- by then somebody else has looked at what its author approved alone
  result       TEXT,
  completed_at INTEGER,
  closed_at    INTEGER,
  code         TEXT    NOT NULL,             -- site code of the number
  n            INTEGER NOT NULL,             -- the number itself; 0 while its first event is missing
  open         INTEGER NOT NULL,             -- neither closed nor cancelled
  updated_at   INTEGER NOT NULL,
  worked_at    INTEGER,                      -- newest worklog entry
  conflicts    INTEGER NOT NULL,             -- not yet ticked off
  detail       TEXT    NOT NULL,             -- the fields that no list shows, as JSON
  rev          INTEGER NOT NULL,
  writes       TEXT    NOT NULL,
  partial      INTEGER NOT NULL,
  created      INTEGER NOT NULL,
  last_hlc     INTEGER NOT NULL,
  last_origin  BLOB    NOT NULL,
  last_seq     INTEGER NOT NULL
) STRICT;
CREATE INDEX change_number ON change (code, n);
CREATE INDEX change_open ON change (open, rid);
-- Proposals that somebody said no to.
CREATE TABLE cluster (
  gid           INTEGER PRIMARY KEY,
  agg           BLOB    NOT NULL UNIQUE,
  key           TEXT,                        -- program, symptom and signature, a line each
  problem       BLOB,                        -- or the problem that was not reopened
  refused_at    INTEGER,                     -- empty when that was taken back
  refused_by    TEXT,
  refused_count INTEGER NOT NULL,            -- incidents that it counted then
  reason        TEXT,
  rev           INTEGER NOT NULL,
  writes        TEXT    NOT NULL,
  partial       INTEGER NOT NULL,
  created       INTEGER NOT NULL,
  last_hlc      INTEGER NOT NULL,
  last_origin   BLOB    NOT NULL,
  last_seq      INTEGER NOT NULL
) STRICT;

-- Shift hand-overs.
CREATE TABLE handover (
  hid           INTEGER PRIMARY KEY,         -- position of its first event here
  agg           BLOB    NOT NULL UNIQUE,
  n             INTEGER NOT NULL,            -- 0 while its first event is missing
  tier          INTEGER,                     -- empty: the whole desk
  state         TEXT    NOT NULL,
  began_at      INTEGER NOT NULL,
  ended_at      INTEGER NOT NULL,
  written_by    TEXT,
  signed_out_by TEXT,
  signed_in_by  TEXT,
  detail        TEXT    NOT NULL,            -- the fields that no list shows, as JSON
  rev           INTEGER NOT NULL,
  writes        TEXT    NOT NULL,
  partial       INTEGER NOT NULL,
  created       INTEGER NOT NULL,
  last_hlc      INTEGER NOT NULL,
  last_origin   BLOB    NOT NULL,
  last_seq      INTEGER NOT NULL
) STRICT;
CREATE INDEX handover_number ON handover (n);
CREATE INDEX handover_waits ON handover (ended_at) WHERE state = 'signed_out';
-- Those that somebody signed, of one tier, by the end of the shift.
CREATE INDEX handover_signed ON handover (tier, ended_at) WHERE signed_out_by IS NOT NULL;

-- Requesters.
CREATE TABLE contact (
  cid          INTEGER PRIMARY KEY,
  agg          BLOB    NOT NULL UNIQUE,
  name         TEXT    NOT NULL,
  handle       TEXT,
  organisation TEXT,
  email        TEXT,
  phone        TEXT,
  site         TEXT,
  vip          INTEGER NOT NULL,
  inactive     INTEGER NOT NULL,
  name_key     TEXT    NOT NULL,             -- in lower case of every script, for looking up; SQLite's lower() is ASCII
  handle_key   TEXT,
  email_key    TEXT,
  site_key     TEXT,
  rev          INTEGER NOT NULL,
  writes       TEXT    NOT NULL,
  partial      INTEGER NOT NULL,
  created      INTEGER NOT NULL,
  last_hlc     INTEGER NOT NULL,
  last_origin  BLOB    NOT NULL,
  last_seq     INTEGER NOT NULL
) STRICT;
CREATE INDEX contact_handle ON contact (handle_key);
CREATE INDEX contact_email ON contact (email_key);
CREATE INDEX contact_name ON contact (name_key);
CREATE INDEX contact_site ON contact (site_key);

-- People of the desk.
CREATE TABLE person (
  uid         INTEGER PRIMARY KEY,
  agg         BLOB    NOT NULL UNIQUE,
  login       TEXT    NOT NULL,
  name        TEXT    NOT NULL,
  tier        INTEGER,
  rights      TEXT    NOT NULL,
  inactive    INTEGER NOT NULL,
  roles       TEXT    NOT NULL,              -- JSON list of words
  disciplines TEXT    NOT NULL,              -- JSON list of words
  rev         INTEGER NOT NULL,
  writes      TEXT    NOT NULL,
  partial     INTEGER NOT NULL,
  created     INTEGER NOT NULL,
  last_hlc    INTEGER NOT NULL,
  last_origin BLOB    NOT NULL,
  last_seq    INTEGER NOT NULL
) STRICT;
CREATE INDEX person_login ON person (login);

-- The policy in force, as its file.
CREATE TABLE policy (
  pid         INTEGER PRIMARY KEY,
  agg         BLOB    NOT NULL UNIQUE,
  text        TEXT,
  calendars   TEXT    NOT NULL,              -- every version of every calendar, as JSON
  rev         INTEGER NOT NULL,
  writes      TEXT    NOT NULL,
  partial     INTEGER NOT NULL,
  created     INTEGER NOT NULL,
  last_hlc    INTEGER NOT NULL,
  last_origin BLOB    NOT NULL,
  last_seq    INTEGER NOT NULL
) STRICT;

-- Contracts with all their versions; which one holds when is worked out over the policy.
CREATE TABLE contract (
  kid         INTEGER PRIMARY KEY,
  agg         BLOB    NOT NULL UNIQUE,
  code        TEXT,                          -- empty while its first event is missing
  customer    TEXT    NOT NULL,
  versions    TEXT    NOT NULL,              -- JSON list: a date, a line end, the contract's file
  rev         INTEGER NOT NULL,
  writes      TEXT    NOT NULL,
  partial     INTEGER NOT NULL,
  created     INTEGER NOT NULL,
  last_hlc    INTEGER NOT NULL,
  last_origin BLOB    NOT NULL,
  last_seq    INTEGER NOT NULL
) STRICT;
CREATE INDEX contract_code ON contract (code);
-- Has any changed? Asked before every write, and answered without reading the files.
CREATE INDEX contract_rev ON contract (rev);

-- Named filters, one tab of the queue each.
CREATE TABLE saved_view (
  vid         INTEGER PRIMARY KEY,
  agg         BLOB    NOT NULL UNIQUE,
  name        TEXT    NOT NULL,
  filter      TEXT,                          -- canonical text; empty while its first event is missing
  owner       TEXT,
  shared      INTEGER NOT NULL,
  place       INTEGER NOT NULL,
  removed     INTEGER NOT NULL,
  rev         INTEGER NOT NULL,
  writes      TEXT    NOT NULL,
  partial     INTEGER NOT NULL,
  created     INTEGER NOT NULL,
  last_hlc    INTEGER NOT NULL,
  last_origin BLOB    NOT NULL,
  last_seq    INTEGER NOT NULL
) STRICT;
CREATE INDEX saved_view_place ON saved_view (place, vid) WHERE removed = 0;

-- Numbers on the tabs, kept in the same transaction: open tickets by tier and owner ('*' all, '' free,
-- '!' of VIPs), and waiting proposals by receiving tier (owner '>').
CREATE TABLE badge (
  shelf INTEGER NOT NULL,
  owner TEXT    NOT NULL,
  n     INTEGER NOT NULL,
  PRIMARY KEY (shelf, owner)
) STRICT, WITHOUT ROWID;

------------------------------------------------------------------------------------------------------ search
-- Full text, one document a ticket. Its rowid is shelf << 40 | rid: a tier's open tickets are one range.

CREATE VIRTUAL TABLE ticket_text USING fts5(
  subject, body, notes, people,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2'
);

------------------------------------------------------------------------------------------------------- facts
-- What was seen of the estate, from files and from people's entry: no views, a rebuild leaves them alone.

-- Machines.
CREATE TABLE endpoint (
  eid           INTEGER PRIMARY KEY,
  id            BLOB    NOT NULL UNIQUE CHECK (length(id) = 16), -- from the host name in lower case
  host          TEXT    NOT NULL,
  os_family     TEXT,
  os_version    TEXT,
  arch          TEXT,
  cores         INTEGER,
  ram_mib       INTEGER,
  disk_free_mib INTEGER,
  seen_at       INTEGER NOT NULL
) STRICT;

-- Programs found on machines.
CREATE TABLE installed (
  eid     INTEGER NOT NULL REFERENCES endpoint (eid),
  name    TEXT    NOT NULL,
  version TEXT    NOT NULL,                  -- empty when none was told
  PRIMARY KEY (eid, name, version)
) STRICT, WITHOUT ROWID;

-------------------------------------------------------------------------------------------------------- jobs
-- Work that a command leaves to batches, and where it stands; neither journal nor view.

-- Open tickets whose clocks are still to be compared with a policy, a contract or a corrected calendar.
CREATE TABLE recount (
  job        INTEGER PRIMARY KEY,
  cmd        BLOB    NOT NULL CHECK (length(cmd) = 16),
  at         INTEGER NOT NULL,               -- when the change was made: what follows from it happened then
  actor      TEXT    NOT NULL,
  proof      TEXT    NOT NULL,
  contract   TEXT,                           -- tickets of this contract; NULL: all
  correction TEXT,                           -- a corrected calendar as JSON; NULL: the policy as it stands
  done       INTEGER NOT NULL DEFAULT 0      -- tickets up to this rid were looked at
) STRICT;

----------------------------------------------------------------------------------------------------- session
-- Of people at their screens; neither journal nor view.

-- Text that is typed and not sent; a fresh one shows others who is writing.
CREATE TABLE draft (
  person TEXT    NOT NULL,
  place  TEXT    NOT NULL,                   -- dialog and record it belongs to: 'reply INC-12'
  about  TEXT    NOT NULL,                   -- the record alone
  text   TEXT    NOT NULL,
  at     INTEGER NOT NULL,
  PRIMARY KEY (person, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_about ON draft (about, at);

-- How far each person has read the news: a position of the journal.
CREATE TABLE seen (
  person TEXT    PRIMARY KEY,
  pos    INTEGER NOT NULL,
  at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
