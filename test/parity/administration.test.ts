import { checkOwnParity } from './kit.js';

checkOwnParity('tools of administration', [
  'acls-errors',
  'acls-no-authorizer',
  'admin-unreachable',
  'client-*',
  'cluster',
  'cluster-unreachable',
  'configs-*',
  'dump-log-*',
  'features*',
  'leader-election',
  'log-dirs',
  'metadata-quorum',
  'metadata-shell*',
  'reassign-files',
  'reassign-log-dirs',
  'reassign-partitions*',
  'replica-verification',
]);
