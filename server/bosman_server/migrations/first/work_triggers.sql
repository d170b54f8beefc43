CREATE TRIGGER safety_budget_changed BEFORE INSERT OR UPDATE ON safety_budget FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_rules_changed();
CREATE TRIGGER safety_budget_deleted BEFORE DELETE ON safety_budget FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_rules_deleted();
CREATE CONSTRAINT TRIGGER safety_budget_told AFTER INSERT OR UPDATE ON safety_budget
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION safety_budget_told();

CREATE TRIGGER safety_freeze_changed BEFORE INSERT OR UPDATE ON safety_freeze FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_freeze_changed();
CREATE TRIGGER safety_freeze_dated BEFORE INSERT OR UPDATE ON safety_freeze FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_freeze_dated();
CREATE CONSTRAINT TRIGGER safety_freeze_told AFTER UPDATE ON safety_freeze DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND new.frozen))
    EXECUTE FUNCTION safety_freeze_told();
CREATE CONSTRAINT TRIGGER safety_unfreeze_told AFTER UPDATE ON safety_freeze DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND (NOT new.frozen)))
    EXECUTE FUNCTION safety_unfreeze_told();

CREATE TRIGGER safety_setting_changed BEFORE INSERT OR UPDATE ON safety_setting FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_rules_changed();
CREATE TRIGGER safety_setting_deleted BEFORE DELETE ON safety_setting FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION safety_rules_deleted();
CREATE CONSTRAINT TRIGGER safety_setting_told AFTER INSERT OR UPDATE ON safety_setting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION safety_setting_told();

CREATE TRIGGER tasks_act_dated BEFORE INSERT ON tasks_act FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name))
    EXECUTE FUNCTION tasks_act_dated();

CREATE TRIGGER tasks_job_cancelled_at_once BEFORE UPDATE OF cancelled_at ON tasks_job FOR EACH ROW
    WHEN (((SESSION_USER = 'bosman_app'::name) AND ((old.cancelled_at IS NOT NULL)
    AND (new.cancelled_at IS DISTINCT FROM old.cancelled_at))))
    EXECUTE FUNCTION bosman_refuse('what has ended stays so');
CREATE CONSTRAINT TRIGGER tasks_job_told AFTER INSERT ON tasks_job DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_job_told();
CREATE TRIGGER tasks_job_wished BEFORE INSERT ON tasks_job FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_job_wished();

CREATE TRIGGER tasks_approval_asked BEFORE INSERT ON tasks_approval FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_approval_asked();
CREATE TRIGGER tasks_approval_decided BEFORE UPDATE ON tasks_approval FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_approval_decided();
CREATE TRIGGER tasks_approval_in_time BEFORE UPDATE ON tasks_approval FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_approval_in_time();
CREATE CONSTRAINT TRIGGER tasks_approval_requested AFTER INSERT ON tasks_approval DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_approval_requested();
CREATE CONSTRAINT TRIGGER tasks_approval_told AFTER UPDATE ON tasks_approval DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND ((new.decision)::text = 'approved'::text)))
    EXECUTE FUNCTION tasks_approval_told();
CREATE CONSTRAINT TRIGGER tasks_approval_turned AFTER UPDATE ON tasks_approval DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (((SESSION_USER = 'bosman_app'::name) AND ((new.decision)::text = 'rejected'::text)))
    EXECUTE FUNCTION tasks_approval_turned();

CREATE TRIGGER tasks_task_cancelled AFTER UPDATE ON tasks_task REFERENCING OLD TABLE AS unchanged NEW TABLE AS changed
    FOR EACH STATEMENT WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_task_cancelled();
CREATE TRIGGER tasks_task_of_job BEFORE INSERT ON tasks_task FOR EACH ROW
    WHEN ((SESSION_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_task_of_job();
CREATE TRIGGER tasks_task_steered BEFORE UPDATE ON tasks_task FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_task_steered();
CREATE TRIGGER tasks_task_wished BEFORE INSERT ON tasks_task FOR EACH ROW
    WHEN ((CURRENT_USER = 'bosman_app'::name)) EXECUTE FUNCTION tasks_task_wished();
