// The ClickHouse engine in this process (chdb), with a MergeTree table in a directory.
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { Session } = require('chdb');
const { main, secondsOf, recordsPerSecond, secondsOfLoad } = require('./measure');

const COLUMNS = 'task_id String, task_type LowCardinality(String), model LowCardinality(String), duration_seconds Float64,'
  + " status LowCardinality(String), created_at DateTime64(3, 'UTC')";

const dialect = {
  table: 'peer.completions',
  succeeded: "countIf(status = 'completed')",
  // quantilesExact takes element floor(p * n), counted from 0: one too far where p * n is whole. A hair less than p gives the nearest rank.
  percentiles: 'quantilesExact(0.499999999999, 0.949999999999)(duration_seconds)',
};

const quoted = text => `'${text.replace(/[\\']/g, '\\$&')}'`;

function createTable(dir) {
  fs.rmSync(dir, { recursive: true, force: true });
  const session = new Session(dir);
  session.query('CREATE DATABASE peer');
  session.query(`CREATE TABLE peer.completions (${COLUMNS}) ENGINE = MergeTree ORDER BY created_at`);
  return session;
}

function insert(session, data) {
  session.query(`INSERT INTO peer.completions SELECT * FROM file(${quoted(data)}, 'JSONEachRow', ${quoted(COLUMNS)})`
    + ` SETTINGS date_time_input_format = 'best_effort', input_format_skip_unknown_fields = 1, max_insert_threads = ${os.cpus().length}`);
}

const rowsOf = (session, sql) => session.query(sql, 'JSONCompactEachRow').trim().split('\n').map(line => JSON.parse(line));

// Merged into one part, as a table is after a while: the questions are then fastest and no merge disturbs them.
async function prepare(data, dir) {
  const session = createTable(path.join(dir, 'asked'));
  insert(session, data);
  session.query('OPTIMIZE TABLE peer.completions FINAL');
}

async function load(data, dir) {
  const session = createTable(path.join(dir, 'load'));
  const seconds = await secondsOf(() => insert(session, data));
  return { seconds, records: Number(rowsOf(session, 'SELECT count() FROM peer.completions')[0][0]) };
}

async function open(dir) {
  const session = new Session(path.join(dir, 'asked'));
  return async sql => rowsOf(session, sql);
}

main({ prepare, load, open, dialect, measures: { load: recordsPerSecond, restart: secondsOfLoad } });
