CREATE TABLE kit_data_key (
    owner_id uuid NOT NULL,
    wrapped bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_kit_data_key_bounds CHECK ((octet_length(wrapped) <= 4096)),
    CONSTRAINT pk_kit_data_key PRIMARY KEY (owner_id)
);
ALTER TABLE kit_data_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
