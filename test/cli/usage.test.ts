import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { settingPaths } from '../../src/shared/contract/settings.js';
import { defaultRunConfig } from '../../src/shared/contract/run-config.js';
import { engineVersion } from '../../src/engine/projects/version.js';
import { verbHelp, verbNames } from '../../src/shared/text/cli-help.js';
import { lineOf, temporaryCli } from '../support/cli.js';

const cli = temporaryCli({ after });

describe('help', () => {
  test('comes without a verb, on --help and on help, and names every verb', async () => {
    const [none, option, word] = await Promise.all([[], ['--help'], ['help']].map((args) => cli.run(args)));
    assert.equal(none.code, 0);
    assert.deepEqual([option.stdout, word.stdout], [none.stdout, none.stdout]);
    assert.deepEqual(
      verbNames.filter((name) => !none.stdout.includes(`  ${name} `)),
      [],
    );
  });

  test('--version prints the version', async () => {
    const { code, stdout } = await cli.run(['--version']);
    assert.deepEqual([code, stdout], [0, `${engineVersion}\n`]);
  });

  for (const name of verbNames) {
    test(`of ${name} names its use and each of its options`, async () => {
      const { code, stdout, stderr } = await cli.run([name, '--help']);
      assert.deepEqual([code, stderr], [0, '']);
      assert.ok(stdout.includes(verbHelp[name].usage));
      assert.deepEqual(
        [...verbHelp[name].options, ['--json'], ['--cache DIR']].filter(
          ([option]) => !stdout.includes(option),
        ),
        [],
      );
    });
  }

  test('is one JSON object with --json', async () => {
    const { lines } = await cli.json(['train', '--help']);
    assert.equal(lines.length, 1);
    assert.equal(lineOf(lines, 'help')['event'], 'help');
  });
});

/** A wrong call: what is wrong with it, the arguments, the code, and what the sentences must say. */
const wrongCalls: readonly [string, readonly string[], string, RegExp][] = [
  ['an unknown verb', ['trian', 'x'], 'unknown-verb', /Did you mean "train"/],
  ['a verb that is like none', ['xyzzyq', 'x'], 'unknown-verb', /--help/],
  [
    'a verb named like a property of objects',
    ['constructor'],
    'unknown-verb',
    /"constructor" is not a command/,
  ],
  ['an unknown option', ['train', 'x', '--strateg', 'small'], 'unknown-option', /Did you mean --strategy/],
  ['a short option', ['train', 'x', '-o', 'y'], 'unknown-option', /no option -o/],
  [
    'an option of another verb',
    ['evaluate', 'x', '--csv', 'y'],
    'unknown-option',
    /"evaluate" has no option --csv/,
  ],
  [
    'an option without its value',
    ['train', 'x', '--out'],
    'bad-option-value',
    /--out cannot be .*: it takes one value/,
  ],
  [
    'an option before another in the place of its value',
    ['train', 'x', '--out', '--seed', '1'],
    'bad-option-value',
    /--out/,
  ],
  ['a flag with a value', ['import', 'x', '--files=yes'], 'bad-option-value', /--files cannot be "yes"/],
  ['an option given twice', ['train', 'x', '--seed', '1', '--seed', '2'], 'bad-option-value', /one value/],
  ['nothing to train', ['train'], 'missing-argument', /"train" needs FOLDER/],
  ['nothing to import', ['import'], 'missing-argument', /"import" needs FOLDER/],
  ['nothing to evaluate', ['evaluate'], 'missing-argument', /"evaluate" needs RUN/],
  ['nothing to predict with', ['predict'], 'missing-argument', /"predict" needs RUN/],
  ['nothing to predict', ['predict', 'run'], 'missing-argument', /"predict" needs PATH/],
  ['nothing to export', ['export'], 'missing-argument', /"export" needs RUN/],
  ['a surplus word', ['train', 'my', 'photos'], 'surplus-argument', /"photos".*quotes/s],
  ['a surplus word for a verb that takes none', ['networks', 'x'], 'surplus-argument', /"x"/],
  [
    'an unknown setting',
    ['train', 'x', '--set', 'optimizer.learningRat=1'],
    'unknown-setting',
    /Did you mean "optimizer\.learningRate"/,
  ],
  [
    'a setting by its last name',
    ['train', 'x', '--set', 'lambda=1'],
    'unknown-setting',
    /"regularisation\.lambda"/,
  ],
  [
    'a group in the place of a setting',
    ['train', 'x', '--set', 'optimizer=adam'],
    'unknown-setting',
    /"optimizer/,
  ],
  [
    'a setting of the prototype',
    ['train', 'x', '--set', '__proto__.polluted=1'],
    'unknown-setting',
    /__proto__/,
  ],
  ['a setting without a value', ['train', 'x', '--set', 'epochs'], 'bad-option-value', /a\.b=value/],
  ['an empty setting', ['train', 'x', '--set', 'epochs='], 'setting-out-of-range', /epochs/],
  [
    'a setting below its range',
    ['train', 'x', '--set', 'epochs=0'],
    'setting-out-of-range',
    />= 1.*nearest valid value is 1\b/s,
  ],
  ['a setting above its range', ['train', 'x', '--set', 'inputSize=1024'], 'setting-out-of-range', /<= 512/],
  [
    'a setting between its steps',
    ['train', 'x', '--set', 'inputSize=100'],
    'setting-out-of-range',
    /n x 32.*nearest valid value is 96\b/s,
  ],
  [
    'a setting with a fraction',
    ['train', 'x', '--set', 'batchSize=1.5'],
    'setting-out-of-range',
    /batchSize cannot be 1\.5/,
  ],
  [
    'a setting that is no number',
    ['train', 'x', '--set', 'optimizer.learningRate=fast'],
    'setting-out-of-range',
    /number/,
  ],
  [
    'a learning rate of zero',
    ['train', 'x', '--set', 'optimizer.learningRate=0'],
    'setting-out-of-range',
    /> 0.*nearest valid value is 0\.001/s,
  ],
  [
    'a choice that does not exist',
    ['train', 'x', '--set', 'crop=center-square'],
    'setting-out-of-range',
    /nearest valid value is centre-square/,
  ],
  [
    'a switch that is neither on nor off',
    ['train', 'x', '--set', 'earlyStopping.enabled=perhaps'],
    'setting-out-of-range',
    /boolean/,
  ],
  ['a seed that is none', ['train', 'x', '--seed', 'luck'], 'setting-out-of-range', /seed/],
  [
    'a strategy of a later version',
    ['train', 'x', '--strategy', 'large'],
    'setting-out-of-range',
    /takes small/,
  ],
  ['an unknown network', ['train', 'x', '--network', 'resnet'], 'unknown-network', /efficientnet-lite0/],
  [
    '--resume with a setting',
    ['train', '--resume', 'x', '--seed', '3'],
    'options-exclude',
    /--resume and --seed/,
  ],
  ['--resume with a folder', ['train', 'x', '--resume', 'y'], 'surplus-argument', /"x"/],
  ['--split without --on', ['evaluate', 'x', '--split', 'y'], 'missing-argument', /--on FOLDER/],
  [
    '--part without --split',
    ['evaluate', 'x', '--on', 'y', '--part', 'test'],
    'missing-argument',
    /--split CSV/,
  ],
  [
    'a part that does not exist',
    ['evaluate', 'x', '--on', 'y', '--split', 'z', '--part', 'tset'],
    'bad-option-value',
    /training \| validation \| test/,
  ],
  ['--top that is no number', ['predict', 'x', 'y', '--top', 'five'], 'bad-option-value', /1 \.\. 1000/],
  ['--top of nothing', ['predict', 'x', 'y', '--top', '0'], 'bad-option-value', /1 \.\. 1000/],
  [
    '--defaults with --schema',
    ['config', '--defaults', '--schema'],
    'options-exclude',
    /--defaults and --schema/,
  ],
];

describe('a wrong call ends with 2, one line and a sentence:', () => {
  for (const [what, args, code, says] of wrongCalls) {
    test(what, async () => {
      const ended = await cli.json(args);
      assert.equal(ended.code, 2);
      assert.equal(ended.lines.length, 1);
      const { event, code: told, message, remedy, ...rest } = ended.lines[0];
      assert.deepEqual([event, told, rest], ['failure', code, {}]);
      assert.match(`${String(message)} ${String(remedy)}`, says);
      assert.match(String(message), /^.+\.$/);
      assert.match(String(remedy), /^.+\.?$/);
      assert.equal(ended.stderr, `${String(message)} ${String(remedy)}\n`);
    });
  }

  test('without --json one line on standard error and nothing on standard output', async () => {
    const { code, stdout, stderr } = await cli.run(['trian']);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^"trian" is not a command\. Did you mean "train"\? See --help for the list\.\n$/);
  });

  test('control characters of an argument do not reach the terminal', async () => {
    const { stderr } = await cli.run(['\u001b[2Jx']);
    assert.equal(stderr.includes('\u001b'), false);
  });

  test('nothing was written by any of them', () => {
    assert.deepEqual([existsSync(cli.home), existsSync(cli.cache)], [false, false]);
  });
});

/** Settings files that cannot be used. */
const wrongFiles: readonly [string, string, number, string][] = [
  ['is no JSON', '{ epochs: 3 }', 3, 'file-invalid'],
  ['is no object', '[1, 2]', 3, 'file-invalid'],
  ['is empty', '', 3, 'file-invalid'],
  ['has an unknown setting', '{"optimizer":{"rate":1}}', 2, 'unknown-setting'],
  ['has a value out of range', '{"earlyStopping":{"patience":0}}', 2, 'setting-out-of-range'],
  ['sets the prototype', '{"__proto__":{"epochs":3}}', 2, 'unknown-setting'],
  ['is of another version', '{"version":2}', 2, 'setting-out-of-range'],
];

describe('a settings file that', () => {
  for (const [what, text, exit, code] of wrongFiles) {
    test(`${what} is refused`, async () => {
      const path = cli.at(`${what}.json`);
      writeFileSync(path, text);
      const ended = await cli.json(['train', 'x', '--config', path]);
      assert.equal(ended.code, exit);
      assert.equal(lineOf(ended.lines, 'failure')['code'], code);
    });
  }

  test('does not exist is named', async () => {
    const ended = await cli.json(['train', 'x', '--config', cli.at('none.json')]);
    assert.equal(ended.code, 3);
    assert.ok(String(lineOf(ended.lines, 'failure')['message']).includes(cli.at('none.json')));
  });
});

describe('config', () => {
  test('prints the defaults, with and without --defaults', async () => {
    const [named, plain, words] = await Promise.all([
      cli.json(['config', '--defaults']),
      cli.json(['config']),
      cli.run(['config', '--defaults']),
    ]);
    assert.deepEqual(named.lines, [defaultRunConfig]);
    assert.deepEqual(plain.lines, [defaultRunConfig]);
    assert.deepEqual(JSON.parse(words.stdout), defaultRunConfig);
  });

  test('--schema describes every setting, with its default', async () => {
    const { lines } = await cli.json(['config', '--schema']);
    assert.equal(lines.length, 1);
    assert.deepEqual(
      settingPaths.filter((path) => settingIn(lines[0], path)?.['default'] !== valueAt(path)),
      [],
    );
  });
});

describe('networks', () => {
  test('lists each with size, licence and hash', async () => {
    const { code, lines } = await cli.json(['networks']);
    assert.equal(code, 0);
    const { networks } = lineOf(lines, 'networks') as { networks: Record<string, unknown>[] };
    assert.deepEqual(
      networks.map(({ id, size, licence }) => [id, size, licence]),
      [
        ['efficientnet-lite0', 224, 'Apache-2.0'],
        ['efficientnet-lite1', 240, 'Apache-2.0'],
        ['efficientnet-lite2', 260, 'Apache-2.0'],
      ],
    );
    assert.deepEqual(
      networks.filter(
        ({ weightsSha256, bytes }) => !/^[0-9a-f]{64}$/.test(String(weightsSha256)) || !(Number(bytes) > 0),
      ),
      [],
    );
    const words = await cli.run(['networks']);
    assert.match(
      words.stdout,
      /^efficientnet-lite0 +balanced +224 px +4\.65 M +385 M +[\d.]+ MB +Apache-2\.0$/m,
    );
  });
});

describe('doctor', () => {
  test('finds the runtime that trains, proven and timed', async () => {
    const { code, lines } = await cli.json(['doctor']);
    assert.equal(code, 0);
    const [onnx, cpu] = lines;
    assert.deepEqual(
      [onnx['event'], onnx['name'], onnx['state'], onnx['reason']],
      ['runtime', 'onnx', 'ready', null],
    );
    assert.ok(Number(onnx['largestDifference']) < 1e-4);
    assert.ok(Number(onnx['picturesPerSecond']) > 0);
    assert.deepEqual([cpu['name'], cpu['state'], cpu['picturesPerSecond']], ['cpu', 'ready', null]);
    assert.deepEqual(Object.keys(onnx).sort(), [
      'device',
      'event',
      'largestDifference',
      'name',
      'picturesPerSecond',
      'reason',
      'state',
    ]);
  });
});

/** The part of a JSON schema that describes a setting. */
function settingIn(schema: unknown, path: string): Record<string, unknown> | undefined {
  return path
    .split('.')
    .reduce<Record<string, unknown> | undefined>(
      (inner, step) => (inner?.['properties'] as Record<string, Record<string, unknown>> | undefined)?.[step],
      schema as Record<string, unknown>,
    );
}

function valueAt(path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], defaultRunConfig);
}
