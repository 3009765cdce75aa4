// @ts-check

/**
 * The newest reading of each Keycloak realm, which one replica makes and all
 * replicas serve. It holds no secret and no people.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('realm_readings', table => {
    table.string('id').primary().comment('INSTANCE/REALM');
    table
      .bigInteger('revision')
      .notNullable()
      .comment('Milliseconds since 1970 when the row was written');
    table
      .text('reading', 'longtext')
      .nullable()
      .comment('The last good reading as JSON');
    table
      .text('message', 'longtext')
      .nullable()
      .comment('Why the newest reading failed');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('realm_readings');
};
