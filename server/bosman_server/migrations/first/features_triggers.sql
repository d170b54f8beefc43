CREATE TRIGGER rollout_halt_deleted BEFORE DELETE ON rollout_halt FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_rules_deleted();
