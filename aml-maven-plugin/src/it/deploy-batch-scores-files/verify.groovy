def log = new File(basedir, 'build.log').text

assert log.contains('Batch endpoint factors has deployment rows: endpoint factors created, deployment rows created, default rows')
assert log.contains('Batch endpoint factors has deployment rows (unchanged)')
def completed = (log =~ /Job (\S+) completed/)
assert completed

// What was scored lies in the emulator's storage, from where it is fetched.
def build = evaluate(new File(basedir, '../setup/build.groovy'))
def waited = build('waited.log', ['aml:wait', "-Daml.job=${completed[0][1]}".toString(), '-Daml.outputDirectory=target/waited'])
assert waited.waitFor(3, java.util.concurrent.TimeUnit.MINUTES) && waited.exitValue() == 0
def rows = []
new File(basedir, 'target/waited').eachFileRecurse(groovy.io.FileType.FILES) { file ->
    if (file.length() < 1000 && file.text.contains('b.txt 15')) {
        rows << file.text.readLines().sort()
    }
}
assert rows.any { it == ['a.txt 6', 'b.txt 15'] }

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
