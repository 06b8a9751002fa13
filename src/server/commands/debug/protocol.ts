/** Cold. DEBUG subcommands for tests of clients: replies of every kind, errors of any text, lines in the log. */
import type { Reply } from '../../../protocol/reply.ts';
import type { ServerCall } from '../../server-call.ts';
import { testPatterns } from './pattern-test.ts';
import type { DebugSubcommand } from './subcommand.ts';

const KINDS: Readonly<Record<string, (reply: Reply) => void>> = {
  string: (reply) => reply.text('Hello World'),
  integer: (reply) => reply.integer(12345),
  double: (reply) => reply.double(3141 / 1000),
  bignum: (reply) => reply.bigNumber('1234567999999999999999999999999999999'),
  null: (reply) => reply.nullValue(),
  array(reply) {
    reply.array(3);
    for (let i = 0; i < 3; i++) reply.integer(i);
  },
  set(reply) {
    reply.set(3);
    for (let i = 0; i < 3; i++) reply.integer(i);
  },
  map(reply) {
    reply.map(3);
    for (let i = 0; i < 3; i++) {
      reply.integer(i);
      reply.boolean(i === 1);
    }
  },
  attrib(reply) {
    if (reply.version === 3) {
      reply.attribute(1);
      reply.text('key-popularity');
      reply.array(2);
      reply.text('key:123');
      reply.integer(90);
    }
    reply.text('Some real reply following the attribute');
  },
  push(reply) {
    if (reply.version === 2) return reply.error('ERR RESP2 is not supported by this command');
    reply.text('Some real reply following the push reply');
    reply.push(2);
    reply.text('server-cpu-usage');
    reply.integer(42);
  },
  verbatim: (reply) => reply.verbatim('txt', 'This is a verbatim\nstring'),
  true: (reply) => reply.boolean(true),
  false: (reply) => reply.boolean(false),
};
const UNKNOWN_KIND =
  'ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false';

function protocol(call: ServerCall): void {
  const kind = call.arguments.text(2).toLowerCase();
  if (Object.hasOwn(KINDS, kind)) KINDS[kind](call.reply);
  else call.reply.error(UNKNOWN_KIND);
}

export const protocolSubcommands: readonly DebugSubcommand[] = [
  {
    name: 'error',
    words: [3, 3],
    syntax: '<string>',
    help: ['Reply with this error, for tests of clients.'],
    // Line ends are spaces here even at the end.
    run: (call) => call.reply.error(call.arguments.text(2).replace(/[\r\n]/g, ' ')),
  },
  {
    name: 'log',
    words: [3, 3],
    syntax: '<message>',
    help: ['Write the message to the log.'],
    run(call) {
      call.server.log.warning(`DEBUG LOG: ${call.arguments.text(2)}`);
      call.reply.ok();
    },
  },
  {
    name: 'protocol',
    words: [3, 3],
    syntax: '<type>',
    help: [
      'Reply with a sample of one of the kinds string, integer, double, bignum, null,',
      'array, set, map, attrib, push, verbatim, true, false.',
    ],
    run: protocol,
  },
  {
    name: 'stringmatch-test',
    words: [2, 2],
    help: ['Match patterns at random against texts at random.'],
    run: testPatterns,
  },
];
