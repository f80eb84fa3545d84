import { checkOwnParity } from './kit.js';

checkOwnParity('tools of administration', [
  'admin-unreachable',
  'client-*',
  'cluster',
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
