-- What a test may have changed besides the rows of tables that begin empty: the schema, and the rows of the others
SELECT (SELECT md5(string_agg(concat(oid, relname, relrowsecurity, relacl), ',' ORDER BY oid)) FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind <> 't'),
       (SELECT md5(string_agg(concat(attrelid, attname, atttypid, attnotnull), ',' ORDER BY attrelid, attnum)) FROM pg_attribute
         WHERE attrelid >= 16384 AND attnum > 0),
       (SELECT md5(string_agg(concat(oid, xmin, tgenabled), ',' ORDER BY oid)) FROM pg_trigger),
       (SELECT md5(string_agg(concat(oid, xmin), ',' ORDER BY oid)) FROM pg_constraint),
       (SELECT md5(string_agg(concat(oid, xmin), ',' ORDER BY oid)) FROM pg_proc WHERE oid >= 16384),
       (SELECT md5(string_agg(kind::text, ',' ORDER BY id)) FROM django_content_type AS kind),
       (SELECT md5(string_agg(permission::text, ',' ORDER BY id)) FROM auth_permission AS permission),
       (SELECT md5(string_agg(applied::text, ',' ORDER BY id)) FROM django_migrations AS applied),
       (SELECT md5(string_agg(edge::text, ',' ORDER BY edge)) FROM payouts_stateedge AS edge),
       (SELECT md5(string_agg(concat(setdatabase, setrole, setconfig), ',')) FROM pg_db_role_setting),
       pg_database_size(current_database())
