-- What a run runs and where it was submitted, so that it can be submitted again.

create table ledger_submission (
    run_id text not null primary key references ledger_run (run_id) on delete cascade,
    place text not null,
    flink text not null,
    program_kind text,
    program_location text,
    entry_class text,
    program_text text
);

create table ledger_variable (
    run_id text not null references ledger_run (run_id) on delete cascade,
    name text not null,
    value text not null,
    primary key (run_id, name)
);

create index ledger_run_resumed on ledger_run (resumed_run_id);
