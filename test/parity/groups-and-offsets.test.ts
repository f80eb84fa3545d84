import { checkOwnParity } from './kit.js';

checkOwnParity('tools of groups, offsets and transactions', [
  'groups-*',
  'kgroups-*',
  'share-consumer-*',
  'get-offsets*',
  'delete-records*',
  'transactions-*',
  'streams-application-reset*',
]);
