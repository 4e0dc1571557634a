// The same directory with the vendor's SDK: 16 requests in flight, one insert
// a page. Pages are followed by hand, because the SDK's iterators swallow
// errors. What a careful script does, and no more.
'use strict';
const lark = require('@larksuiteoapi/node-sdk');
const { Pool } = require('pg');

const client = new lark.Client({
    appId: process.env.APP_ID,
    appSecret: process.env.APP_SECRET,
    domain: process.env.BASE_URL,
    loggerLevel: lark.LoggerLevel.error,
});
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
const IDS = {
    user_id_type: 'open_id',
    department_id_type: 'open_department_id',
    page_size: 50,
};
const INSERT = `INSERT INTO people
    SELECT p ->> 'open_id', p ->> 'union_id', p ->> 'user_id', p ->> 'name',
           p ->> 'en_name', p ->> 'email', p ->> 'enterprise_email',
           p ->> 'mobile', p ->> 'employee_no', p ->> 'job_title',
           p ->> 'leader_user_id', p ->> 'city', p
    FROM jsonb_array_elements($1) AS p
    ON CONFLICT (open_id) DO NOTHING`;

async function pages(call, take) {
    let token;
    do {
        const answer = await call(token ? { page_token: token } : {});
        if (answer.code !== 0) {
            throw new Error(`${answer.code} ${answer.msg}`);
        }
        await take(answer.data.items || []);
        token = answer.data.has_more ? answer.data.page_token : undefined;
    } while (token);
}

async function members(department) {
    await pages(
        (page) => client.contact.v3.user.findByDepartment({
            params: { ...IDS, department_id: department, ...page },
        }),
        (items) => items.length > 0 &&
            pool.query(INSERT, [JSON.stringify(items)]));
}

async function main() {
    const departments = ['0'];
    await pages(
        (page) => client.contact.v3.department.children({
            path: { department_id: '0' },
            params: { ...IDS, fetch_child: true, ...page },
        }),
        (items) => items.forEach(
            (each) => departments.push(each.open_department_id)));
    const worker = async () => {
        while (departments.length > 0) {
            await members(departments.pop());
        }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    await pool.end();
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
