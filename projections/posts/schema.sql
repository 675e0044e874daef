CREATE SCHEMA IF NOT EXISTS posts_v6;

CREATE TABLE IF NOT EXISTS posts_v6.post (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    post uuid NOT NULL,
    began date NOT NULL,
    ended date,
    unit uuid NOT NULL,
    title text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    level text COLLATE "C",
    grade integer,
    seats integer NOT NULL,
    leads_unit boolean NOT NULL,
    code text COLLATE "C",
    min_rank text COLLATE "C",
    function text COLLATE "C",
    named_publicly boolean,
    need integer,
    need_year integer,
    began_by bigint NOT NULL,
    abolished date,
    abolished_by bigint,
    basis bigint[] NOT NULL,
    PRIMARY KEY (ledger, build, post, began)
);

CREATE INDEX IF NOT EXISTS post_of_unit ON posts_v6.post (ledger, build, unit);
CREATE INDEX IF NOT EXISTS post_of_code ON posts_v6.post (ledger, build, code) WHERE code IS NOT NULL;

CREATE TABLE IF NOT EXISTS posts_v6.predecessor (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    post uuid NOT NULL,
    predecessor uuid NOT NULL,
    how text COLLATE "C" NOT NULL,
    since date NOT NULL,
    PRIMARY KEY (ledger, build, post, predecessor, since, how)
);

CREATE TABLE IF NOT EXISTS posts_v6.word (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    post uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    PRIMARY KEY (ledger, build, post, word)
);

CREATE INDEX IF NOT EXISTS post_by_word ON posts_v6.word (ledger, build, word, post);

CREATE TABLE IF NOT EXISTS posts_v6.post_known (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    post uuid NOT NULL,
    began date NOT NULL,
    ended date,
    unit uuid NOT NULL,
    title text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    level text COLLATE "C",
    grade integer,
    seats integer NOT NULL,
    leads_unit boolean NOT NULL,
    code text COLLATE "C",
    min_rank text COLLATE "C",
    function text COLLATE "C",
    named_publicly boolean,
    need integer,
    need_year integer,
    began_by bigint NOT NULL,
    abolished date,
    abolished_by bigint,
    basis bigint[] NOT NULL,
    known_from bigint NOT NULL,
    known_until bigint,
    PRIMARY KEY (ledger, build, post, began, known_from)
);

CREATE INDEX IF NOT EXISTS post_known_of_unit ON posts_v6.post_known (ledger, build, unit);

CREATE TABLE IF NOT EXISTS posts_v6.word_known (
    ledger text COLLATE "C" NOT NULL,
    build integer NOT NULL,
    post uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    known_from bigint NOT NULL,
    known_until bigint,
    PRIMARY KEY (ledger, build, post, word, known_from)
);

CREATE INDEX IF NOT EXISTS post_by_word_known ON posts_v6.word_known (ledger, build, word, post);
