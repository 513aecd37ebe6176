// docs/flow.schema.json, judged by a validator that shares no code with Shubbak: every flow that the loader takes is
// valid, and a slip anywhere in one is not.
'use strict';
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const {test} = require('node:test');
const Ajv2020 = require('ajv/dist/2020').default;
const YAML = require('yaml');

const root = path.resolve(__dirname, '../..');
const schema = JSON.parse(fs.readFileSync(path.join(root, 'docs/flow.schema.json'), 'utf8'));
const validate = new Ajv2020({strict: true, allowUnionTypes: true, strictRequired: false}).compile(schema);

// The flows that stand in the authoring guide.
function flows_of_guide() {
  const guide = path.join(root, 'docs/flows.md');
  if (!fs.existsSync(guide)) return [];
  const blocks = fs.readFileSync(guide, 'utf8').matchAll(/^```yaml\n(# flows\/\S+\.yaml)\n([^]*?)^```$/gm);
  return [...blocks].map(([, name, text]) => [`docs/flows.md ${name}`, text]);
}

function flows() {
  const found = [];
  for (const deployment of fs.readdirSync(path.join(root, 'config'))) {
    const folder = path.join(root, 'config', deployment, 'flows');
    if (!fs.existsSync(folder)) continue;
    for (const file of fs.readdirSync(folder)) found.push(path.join(folder, file));
  }
  found.push(path.join(root, 'tests/unit/flows/every_key.yaml'));
  return [...found.map((file) => [path.relative(root, file), fs.readFileSync(file, 'utf8')]), ...flows_of_guide()];
}

// As editors read scalars, and as the loader does: everything is text.
const readings = ['core', 'failsafe'];

// The paths of mappings whose keys the language knows, with the mapping.
function* fixed_mappings(node, where = []) {
  if (Array.isArray(node)) {
    for (const [i, child] of node.entries()) yield* fixed_mappings(child, [...where, i]);
  } else if (node !== null && typeof node === 'object') {
    const last = where.at(-1);
    const parent = where.at(-2);
    const is_of_names = ['slots', 'states', 'list', 'args', 'save', 'set', 'results', 'renamed'].includes(last) &&
                        !['slots', 'states'].includes(parent);
    const is_of_outcomes = last === 'then' && !('to' in node) && !('flow' in node);
    if (!is_of_names && !is_of_outcomes) yield [where, node];
    for (const [key, child] of Object.entries(node)) yield* fixed_mappings(child, [...where, key]);
  }
}

test('every shipped and example flow is valid', () => {
  const all = flows();
  assert.ok(all.length >= 25);
  for (const [name, text] of all) {
    for (const reading of readings) {
      assert.ok(validate(YAML.parse(text, {schema: reading})), `${name} (${reading}): ${JSON.stringify(validate.errors)}`);
    }
  }
});

test('a misspelt key is not valid, wherever it stands', () => {
  let tried = 0;
  for (const [name, text] of flows()) {
    const flow = YAML.parse(text);
    for (const [where, mapping] of fixed_mappings(flow)) {
      for (const key of Object.keys(mapping)) {
        const value = mapping[key];
        delete mapping[key];
        mapping[`${key}x`] = value;
        assert.ok(!validate(flow), `${name}: ${where.join('.')}.${key}x is taken`);
        delete mapping[`${key}x`];
        mapping[key] = value;
        ++tried;
      }
    }
  }
  assert.ok(tried > 400, String(tried));
});

test('what has the wrong form is not valid', () => {
  const text = fs.readFileSync(path.join(root, 'tests/unit/flows/every_key.yaml'), 'utf8');
  const wrong = [
    ['ussd: "1"', 'ussd: "123456"'], ['ussd: "1"', 'ussd: 123456'], ['ussd: "1"', 'ussd: "1*a"'],
    ['flow: home\nschema', 'flow: Home\nschema'], ['schema: 1', 'schema: 2'], ['timeout: 3s', 'timeout: 3'],
    ['key: "1"', 'key: "1234"'], ['max_stages: 20', 'max_stages: 101'], ['money: SYP', 'money: USD'],
    ['{date: day}', '{date: month}'], ['[active_link]', '[link]'], ['save: {things: $.list}', 'save: {things: list}'],
    ['{ok: name, fail: done}', '{ok: name}'], ['then: due}', 'then: [due]}'], ['int: [0, 9999]', 'int: 9999'],
    ['secret: true', 'secret: perhaps'], ['type: digits', 'type: digit'], ['type: choice, from: things', 'type: choice'],
    ['back: "0"', 'back: "x"'], ['deleted: restart', 'deleted: never'], ['to: load, ', ''],
    ['from: things, item: item, sms', 'from: things, sms'], ['retries: 1, text', 'retries: 11, text'],
  ];
  for (const [from, to] of wrong) {
    assert.ok(text.includes(from), from);
    assert.ok(!validate(YAML.parse(text.replace(from, to))), `${from} → ${to}`);
  }
});

test('every key and every mapping is explained', () => {
  for (const [name, definition] of Object.entries(schema.$defs)) {
    if (definition.properties) assert.match(definition.description, /\.$/, name);
    for (const [key, property] of Object.entries(definition.properties || {})) {
      assert.match(property.description, /\.$/, `${name}.${key}`);
    }
  }
});
