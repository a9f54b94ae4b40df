import fastify from 'fastify';
import pg from 'pg';

/*
 * The floor: the least that anybody pays in Node for one row over HTTP. Fastify and the driver as they
 * come, one prepared statement, no protection at all.
 */

const { DATABASE_URL, PORT } = process.env;

const COLUMNS = `id, given_name AS "givenName", family_name AS "familyName", email, phone, tax_id AS "taxId",
  status, notes, created_at AS "createdAt", updated_at AS "updatedAt"`;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const server = fastify();

server.get<{ Params: { id: string } }>('/v2/customers/:id', async (request, reply) => {
  const { rows } = await pool.query({
    name: 'customer',
    text: `SELECT ${COLUMNS} FROM customers WHERE id = $1`,
    values: [request.params.id],
  });
  return rows[0] ?? reply.status(404).send();
});

await server.listen({ host: '127.0.0.1', port: Number(PORT) });
