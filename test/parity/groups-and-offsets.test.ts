import { checkOwnParity } from './kit.js';

checkOwnParity('tools of groups, offsets and transactions', [
  'groups-*',
  'kgroups-*',
  'share-consumer-*-errors',
  'get-offsets*',
  'delete-records*',
  'transactions-*',
  'streams-application-reset*',
]);
