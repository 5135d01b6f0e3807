PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE runs (
  id TEXT PRIMARY KEY NOT NULL, runbook TEXT NOT NULL, runbook_path TEXT NOT NULL, inventory_path TEXT,
  parameters TEXT NOT NULL, created_at INTEGER NOT NULL, user TEXT NOT NULL, machine TEXT NOT NULL,
  digest BLOB NOT NULL, last_sequence INTEGER NOT NULL
) STRICT;
INSERT INTO runs VALUES('q42wsz','fixture.lua','/srv/runbooks/fixture.lua','/srv/runbooks/inventory.yaml','{}',1796042924194176,'root','desk',X'b0cd6ad39c17ecc3',23);
CREATE TABLE run_files (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, position INTEGER NOT NULL, role TEXT NOT NULL,
  name TEXT NOT NULL, text BLOB NOT NULL, digest BLOB NOT NULL,
  PRIMARY KEY (run, position)
) STRICT;
INSERT INTO run_files VALUES('q42wsz',0,'runbook','/srv/runbooks/fixture.lua',X'72657475726e2072756e626f6f6b207b0a202073756d6d617279203d202246697874757265222c20696e76656e746f7279203d207b20737461636b203d2066616c7365207d2c0a202066756e6374696f6e2872756e290a202020206c6f63616c2068203d2072756e2e696e76656e746f72792e6d616e616765720a202020207374657028226669727374222c207b20756e646f203d2066756e6374696f6e2829207373682e72756e28682c207b20227472756522207d2920656e64207d2c2066756e6374696f6e28292072657475726e207373682e72756e28682c207b20226563686f222c202268656c6c6f22207d292e7374646f757420656e64290a20202020737465702822736563726574222c2066756e6374696f6e2829207373682e72756e28682c207b202263617422207d2c207b20737464696e203d2073656372657428227333637233742229207d2920656e64290a202020206e6f746528224c6f6f6b206174222c207b20227468697322207d290a202020207374657028226c617374222c2066756e6374696f6e2829207373682e72756e28682c207b202266616c736522207d2920656e64290a2020656e642c0a7d0a',X'bb76766a92171fb6');
INSERT INTO run_files VALUES('q42wsz',1,'inventory','/srv/runbooks/inventory.yaml',X'686f7374733a207b206d616e616765723a207b20616464726573733a203132372e302e302e312c20726f6c653a206d616e616765722c20636f6e6e656374696f6e3a206c6f63616c207d207d0a',X'09d6f5be796a866a');
CREATE TABLE events (
  run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, sequence INTEGER NOT NULL, at INTEGER NOT NULL,
  kind TEXT NOT NULL, path TEXT, attempt INTEGER, host TEXT, payload TEXT NOT NULL, digest BLOB NOT NULL,
  PRIMARY KEY (run, sequence)
) STRICT;
INSERT INTO events VALUES('q42wsz',1,1796042924194176,'run.created',NULL,NULL,NULL,'{"changes":true,"runbook":"fixture.lua","stack":null,"summary":"Fixture"}',X'b826c12415b63b62');
INSERT INTO events VALUES('q42wsz',2,1796042924236955,'run.started',NULL,NULL,NULL,'{"claim":"44922d9bf7d93b4df89eb06e77693af6","machine":"desk","pid":7009,"resumed":false,"rollback":false,"user":"root"}',X'f0173f9b4d3cc3da');
INSERT INTO events VALUES('q42wsz',3,1796042924347827,'run.pictured',NULL,NULL,NULL,'{"moment":"before","picture":{"hosts":[{"is_manager":false,"name":"manager","node_id":"","problem":"there is no Docker engine at unix:///var/run/docker.sock","state":""}],"swarms":[]}}',X'1c9ba58dd02253a6');
INSERT INTO events VALUES('q42wsz',4,1796042924360951,'step.started','first',1,NULL,'{"place":"fixture.lua:5","undo":true}',X'42c98881c73b4e2e');
INSERT INTO events VALUES('q42wsz',5,1796042924438731,'effect.started','first',1,'manager','{"call":"b049f00a4a44e918ca0dfa36bef87b1c","command":[{"host":"manager","text":"echo hello"}],"idempotent":false,"primitive":"ssh.run","reattaches":true,"site":{"boot":"b77ea024-16d8-4b11-8098-b8bdce76a789","mark":"9a73e9cf107bc6d8"},"words":["--","echo","hello"]}',X'0c9f7e62f09b69ff');
INSERT INTO events VALUES('q42wsz',6,1796042924555451,'effect.launched','first',1,'manager','{"call":"b049f00a4a44e918ca0dfa36bef87b1c"}',X'112277fb4578c3f7');
INSERT INTO events VALUES('q42wsz',7,1796042924621859,'step.output','first',1,'manager','{"text":"hello"}',X'7b28247c44092697');
INSERT INTO events VALUES('q42wsz',8,1796042924626894,'effect.ended','first',1,'manager','{"call":"b049f00a4a44e918ca0dfa36bef87b1c","outcome":"finished"}',X'20bbd1153209d92a');
INSERT INTO events VALUES('q42wsz',9,1796042924627106,'step.succeeded','first',1,NULL,'{"outcome":"executed","result":"hello\n"}',X'a6ee67d345f690e0');
INSERT INTO events VALUES('q42wsz',10,1796042924647872,'step.started','secret',1,NULL,'{"place":"fixture.lua:6"}',X'd3bf31ad1fd19b4f');
INSERT INTO events VALUES('q42wsz',11,1796042924652045,'effect.started','secret',1,'manager','{"call":"82b4b922122627dff7a893f6b3fc9cf7","command":[{"host":"manager","text":"cat"}],"idempotent":false,"input":{"$secret":"2:e77e0390:CjgNyNVgF7P1GqhyzdaqIkCyXy1TjzNFwNSdEAhCfVVE7cRZ+hA4TORBZx9pz8urTQMrAVADjiX9ekYOr9m8q1+RoWAKIm2FbzivQSQ2qE7S8sdfrG7UopBGULQ="},"primitive":"ssh.run","reattaches":true,"site":{"boot":"b77ea024-16d8-4b11-8098-b8bdce76a789","mark":"9a73e9cf107bc6d8"},"words":["--","cat"]}',X'c861297e0394964a');
INSERT INTO events VALUES('q42wsz',12,1796042924810587,'effect.launched','secret',1,'manager','{"call":"82b4b922122627dff7a893f6b3fc9cf7"}',X'8570ade152a95e6d');
INSERT INTO events VALUES('q42wsz',13,1796042924892372,'step.output','secret',1,'manager','{"text":"s3cr3t"}',X'212c1ac4b764f7e4');
INSERT INTO events VALUES('q42wsz',14,1796042924892480,'effect.ended','secret',1,'manager','{"call":"82b4b922122627dff7a893f6b3fc9cf7","outcome":"finished"}',X'b42d550a7b591981');
INSERT INTO events VALUES('q42wsz',15,1796042924892861,'step.succeeded','secret',1,NULL,'{"outcome":"executed","result":null}',X'58b827b161aecaf3');
INSERT INTO events VALUES('q42wsz',16,1796042924894827,'run.note',NULL,NULL,NULL,'{"items":["this"],"title":"Look at"}',X'31842636b8e7070d');
INSERT INTO events VALUES('q42wsz',17,1796042924896730,'step.started','last',1,NULL,'{"place":"fixture.lua:8"}',X'd215160290ab90b7');
INSERT INTO events VALUES('q42wsz',18,1796042924898241,'effect.started','last',1,'manager','{"call":"5917d589bb27ed454251f11a648072a9","command":[{"host":"manager","text":"false"}],"idempotent":false,"primitive":"ssh.run","reattaches":true,"site":{"boot":"b77ea024-16d8-4b11-8098-b8bdce76a789","mark":"9a73e9cf107bc6d8"},"words":["--","false"]}',X'995ccd4aa842ad96');
INSERT INTO events VALUES('q42wsz',19,1796042924995129,'effect.launched','last',1,'manager','{"call":"5917d589bb27ed454251f11a648072a9"}',X'b2c3871f8c47ba5b');
INSERT INTO events VALUES('q42wsz',20,1796042925065064,'effect.ended','last',1,'manager','{"call":"5917d589bb27ed454251f11a648072a9","outcome":"finished"}',X'6e6d386e43f39df4');
INSERT INTO events VALUES('q42wsz',21,1796042925067057,'step.failed','last',1,NULL,'{"failure":{"cause":"","code":"command.failed","host":"manager","message":"false ended with exit code 1","place":"fixture.lua:8","step":"last","traceback":"[host]: in function ''ssh.run''\nfixture.lua:8: in function <line 8>"}}',X'ef83a44320fe7514');
INSERT INTO events VALUES('q42wsz',22,1796042925080118,'run.pictured',NULL,NULL,NULL,'{"moment":"after","picture":{"hosts":[{"is_manager":false,"name":"manager","node_id":"","problem":"there is no Docker engine at unix:///var/run/docker.sock","state":""}],"swarms":[]}}',X'dcdc040825dd1ff2');
INSERT INTO events VALUES('q42wsz',23,1796042925081934,'run.failed',NULL,NULL,NULL,'{"failure":{"cause":"","code":"command.failed","host":"manager","message":"false ended with exit code 1","place":"fixture.lua:8","step":"last","traceback":"[host]: in function ''ssh.run''\nfixture.lua:8: in function <line 8>"}}',X'1ce73b42038ba3e9');
CREATE TABLE leases (
  key TEXT PRIMARY KEY NOT NULL, fence INTEGER NOT NULL, holder TEXT, acquired_at INTEGER, expires_at INTEGER
, boot_expiry INTEGER) STRICT;
INSERT INTO leases VALUES('run:q42wsz',1,NULL,NULL,NULL,NULL);
COMMIT;
