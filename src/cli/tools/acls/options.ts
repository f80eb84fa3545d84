import { TIMEOUT_OPTION } from '../../connect-to.js';
import { OUTPUT_OPTIONS } from '../../format/output-format.js';
import { flag, maybeText, text } from '../../options/option-rows.js';
import { OPERATION_NAMES } from './operation-names.js';

/** The table of kafka-acls. */
export const TOOL = {
  description: 'This tool helps to manage acls on kafka.',
  options: {
    add: flag('Add rules.'),
    'allow-host': text(
      'allow-host',
      "Where those named by --allow-principal may come from; '*', which stands for every host, unless given.",
      { repeats: true },
    ),
    'allow-principal': text(
      'allow-principal',
      "Who may: the type and the name, as in User:alice; User:'*' is every user.",
      { repeats: true, completes: ['User:'] },
    ),
    'bootstrap-controller': text(
      'controller to connect to',
      'Controllers to begin with instead of brokers: host:port, separated by commas.',
    ),
    'bootstrap-server': text('server to connect to', 'Brokers to begin with: host:port, separated by commas.'),
    cluster: flag('Rules about the cluster.'),
    'command-config': maybeText('command-config', 'A file with properties of the admin client.', {
      completes: 'file',
    }),
    consumer: flag('What a consumer needs: to read and describe the topic, and to read the group.'),
    'delegation-token': text('delegation-token', "Rules about this delegation token; '*' for all of them.", {
      repeats: true,
    }),
    'deny-host': text(
      'deny-host',
      "Where those named by --deny-principal may not come from; '*', which stands for every host, unless given.",
      { repeats: true },
    ),
    'deny-principal': text(
      'deny-principal',
      'Who may not. Whoever is not allowed may not anyway: this is for exceptions to what is allowed, over which it wins.',
      { repeats: true, completes: ['User:'] },
    ),
    force: flag('Ask nothing: the answer is yes.'),
    group: text('group', "Rules about this group; '*' for all of them.", { repeats: true, completes: 'group' }),
    idempotent: flag('With --producer: it may be idempotent. With a transactional id it may be so without being told.'),
    list: flag('Show rules: all, or those about the resources named by --topic, --group, --cluster ...'),
    operation: text(
      '',
      `What may be done, or not. The names are:\n${OPERATION_NAMES.map((name) => `\t${name}`).join('\n')}\n`,
      { repeats: true, default: 'All', completes: OPERATION_NAMES },
    ),
    principal: maybeText('principal', 'With --list: only rules for this principal.', {
      repeats: true,
      completes: ['User:'],
    }),
    producer: flag('What a producer needs: to write, describe and create the topic.'),
    remove: flag('Take rules away.'),
    'resource-pattern-type': text(
      'ANY|MATCH|LITERAL|PREFIXED',
      'How names of resources are meant: as they are (literal), or as what other names begin with (prefixed). To list and remove there are also any, a name as it is in patterns of either kind, and match, every pattern that the name falls under. Take care with match and --remove.',
      { default: 'LITERAL', completes: ['any', 'match', 'literal', 'prefixed'] },
    ),
    topic: text('topic', "Rules about this topic; '*' for all of them.", { repeats: true, completes: 'topic' }),
    'transactional-id': text('transactional-id', "Rules about this transactional id; '*' for all of them.", {
      repeats: true,
    }),
    'user-principal': text(
      'user-principal',
      'Rules about this user, for whom others may be allowed to create or describe tokens.',
      { repeats: true, completes: ['User:'] },
    ),
    ...OUTPUT_OPTIONS,
    ...TIMEOUT_OPTION,
  },
};
