CREATE POLICY kit_data_key_app ON kit_data_key TO bosman_app
    USING (( SELECT bosman_is_personal() AS bosman_is_personal))
    WITH CHECK (( SELECT bosman_is_personal() AS bosman_is_personal));
CREATE POLICY kit_data_key_owner ON kit_data_key TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY kit_data_key_worker ON kit_data_key TO bosman_worker USING (true) WITH CHECK (true);
