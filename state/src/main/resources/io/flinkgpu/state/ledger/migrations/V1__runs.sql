-- The tables of the ledger, for SQLite and PostgreSQL alike. Times are milliseconds since 1970 in UTC.

create table ledger_run (
    run_id text not null primary key,
    name text not null,
    job_id text not null,
    job_name text not null,
    started_ms bigint not null,
    seen_ms bigint not null,
    ended_ms bigint,
    outcome text,
    cause text,
    resumed_run_id text,
    resumed_checkpoint text
);

create index ledger_run_started on ledger_run (started_ms);
create index ledger_run_name on ledger_run (name, started_ms);

create table ledger_argument (
    run_id text not null references ledger_run (run_id) on delete cascade,
    position integer not null,
    argument text not null,
    primary key (run_id, position)
);

create table ledger_stage (
    run_id text not null references ledger_run (run_id) on delete cascade,
    operator_id text not null,
    name text not null,
    parallelism integer not null,
    mode text not null,
    profile text not null,
    model text not null,
    model_version text not null,
    model_checksum text not null,
    primary key (run_id, operator_id)
);

create table ledger_checkpoint (
    run_id text not null references ledger_run (run_id) on delete cascade,
    checkpoint_id bigint not null,
    path text not null,
    size_bytes bigint not null,
    duration_ms bigint not null,
    completed_ms bigint not null,
    savepoint boolean not null,
    primary key (run_id, checkpoint_id)
);

create table ledger_progress (
    run_id text not null references ledger_run (run_id) on delete cascade,
    operator_id text not null,
    checkpoint_id bigint not null,
    rows_in bigint not null,
    rows_out bigint not null,
    dead_letters bigint not null,
    in_flight bigint not null,
    device_seconds double precision not null,
    primary key (run_id, operator_id, checkpoint_id)
);

create table ledger_sink_position (
    run_id text not null references ledger_run (run_id) on delete cascade,
    sink text not null,
    checkpoint_id bigint not null,
    kind text not null,
    position text not null,
    primary key (run_id, sink, checkpoint_id)
);

create table ledger_event (
    event_id text not null primary key,
    run_id text not null references ledger_run (run_id) on delete cascade,
    time_ms bigint not null,
    kind text not null,
    subject text not null,
    detail text not null
);

create index ledger_event_time on ledger_event (run_id, time_ms);
