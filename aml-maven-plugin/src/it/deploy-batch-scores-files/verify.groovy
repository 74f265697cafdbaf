def log = new File(basedir, 'build.log').text

assert log.contains('Batch endpoint factors has deployment rows: endpoint factors created, deployment rows created, default rows')
assert log.contains('Batch endpoint factors has deployment rows (unchanged)')
def completed = (log =~ /Job (\S+) completed/)
assert completed

// What was scored lies in the emulator's storage, from where it is fetched.
def outputs = evaluate(new File(basedir, '../setup/outputs.groovy'))
assert outputs(completed[0][1]).any { it.readLines().sort() == ['a.txt 6', 'b.txt 15'] }

assert log.contains('Deleted endpoint factors with rows')

// aml:score of what was deployed last: the job, the rows, the file that has them.
def rowsFile = new File(basedir, 'target/aml/predictions/score/rows.csv')
assert log =~ /Job \S+ scored \S*data by deployment rows of batch endpoint factors in \d+\.\d s: 2 rows in \S+rows\.csv/
// The last run, of one file by the endpoint's name, has another row than it should.
assert log.contains('AML-7202')
assert log.contains('1 row is expected and missing: a.txt 7; 1 row is there and not expected: a.txt 6')
assert rowsFile.readLines() == ['a.txt 6']
def score = new groovy.json.JsonSlurper().parse(new File(basedir, 'target/aml/score.json'))
assert score.status == 'failed'
assert score.lastGood.outputs.rows == 2
assert score.lastGood.outputs.predictions == rowsFile.path
assert score.lastGood.outputs.jobName
assert score.attempted.jobName != score.lastGood.outputs.jobName
