GRANT SELECT, INSERT ON
    audit_entry, audit_link
TO bosman_worker;

GRANT SELECT, DELETE ON
    audit_pending
TO bosman_worker;

GRANT SELECT, INSERT, DELETE, UPDATE ON
    enrollment_certificate, enrollment_connection, enrollment_presence, enrollment_token, identity_api_key,
    identity_invitation, identity_known_browser, identity_membership, identity_password_reset,
    identity_pending_factor, identity_recovery_code, identity_second_factor_guesses, identity_session,
    identity_setup_code, identity_user, inventory_facts, inventory_software, inventory_software_report,
    kit_data_key, notifications_mail, releases_file, releases_part, releases_release, rollout_attempt,
    rollout_halt, safety_budget, safety_freeze, safety_obedience, safety_setting, tasks_act, tasks_approval,
    tasks_chunk, tasks_handout, tasks_idempotency_key, tasks_job, tasks_task, tenancy_device, tenancy_site,
    tenancy_tenant, updates_pending, updates_scan, uplink_part, uplink_receipt
TO bosman_worker;

GRANT SELECT ON
    identity_role_permission
TO bosman_worker;
