// What the embedded peers share: the command line, the questions and the clock.
// A peer is { prepare(data, dir), load(data, dir) -> {seconds, records}, open(dir) -> ask(sql) -> rows, dialect, measures }.
'use strict';
const fs = require('fs');
const path = require('path');

const REPEATS = 5;
const WINDOWS_DAYS = [7, 30];

const secondsNow = () => Number(process.hrtime.bigint()) / 1e9;

async function secondsOf(work) {
  const start = secondsNow();
  await work();
  return secondsNow() - start;
}

const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

// One question: the whole, or in the same pass the whole, every task_type and every model.
function question(dialect, days, grouped) {
  const keys = grouped ? "coalesce(task_type, '') AS type_key, coalesce(model, '') AS model_key," : "'' AS type_key, '' AS model_key,";
  const groups = grouped ? ' GROUP BY GROUPING SETS ((), (task_type), (model))' : '';
  return `SELECT ${keys} count(*) AS n, ${dialect.succeeded} AS ok, ${dialect.percentiles} AS p FROM ${dialect.table}`
    + ` WHERE created_at >= (SELECT max(created_at) FROM ${dialect.table}) - INTERVAL ${days} DAY${groups}`;
}

async function medianMilliseconds(ask, sql) {
  const seconds = [];
  for (let i = 0; i < REPEATS; i++) seconds.push(await secondsOf(() => ask(sql)));
  console.error(`milliseconds: ${seconds.map(s => (s * 1000).toFixed(2)).join(' ')}`);
  return median(seconds) * 1000;
}

// Lines that are equal between peers whose answers are equal: window, task_type, model, records, completed, p50, p95.
async function answers(peer, dir) {
  preparedFile(dir);
  const ask = await peer.open(dir);
  const lines = [];
  for (const days of WINDOWS_DAYS)
    for (const [type, model, n, ok, [p50, p95]] of await ask(question(peer.dialect, days, true)))
      lines.push([`${days}d`, type || '*', model || '*', n, ok, Number(p50), Number(p95)].join(' '));
  return lines.sort().join('\n');
}

function preparedFile(dir) {
  const note = path.join(dir, 'data.path');
  if (!fs.existsSync(note)) throw new Error(`${dir} is not prepared`);
  return fs.readFileSync(note, 'utf8');
}

async function measure(peer, name, dir) {
  const data = preparedFile(dir);
  const asked = /^(overall|groups)_(7|30)d$/.exec(name);
  if (asked) {
    const sql = question(peer.dialect, Number(asked[2]), asked[1] === 'groups');
    return (await medianMilliseconds(await peer.open(dir), sql)).toFixed(3);
  }
  if (!peer.measures[name]) throw new Error(`no such measure: ${name}`);
  return peer.measures[name](await peer.load(data, dir, name));
}

async function obey(peer, [command, ...rest]) {
  if (command === 'prepare') {
    const [data, dir] = rest.map(p => path.resolve(p));
    fs.rmSync(dir, { recursive: true, force: true });
    fs.mkdirSync(dir, { recursive: true });
    fs.writeFileSync(path.join(dir, 'data.path'), data);
    return peer.prepare(data, dir);
  }
  if (command === 'run') return console.log(await measure(peer, rest[0], path.resolve(rest[1])));
  if (command === 'answer') return console.log(await answers(peer, path.resolve(rest[0])));
  throw new Error(`no such command: ${command}`);
}

function main(peer) {
  obey(peer, process.argv.slice(2)).catch(error => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

const recordsPerSecond = ({ seconds, records }) => Math.round(records / seconds);

const secondsOfLoad = ({ seconds }) => seconds.toFixed(3);

module.exports = { main, secondsOf, recordsPerSecond, secondsOfLoad };
