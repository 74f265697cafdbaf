import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
def run = new JsonSlurper().parse(new File(basedir, 'target/aml/run.json'))

// Independent steps ran beside each other: each waited for the other to start.
assert log.contains('[square_left] left squared is 4')
assert log.contains('[square_right] right squared is 9')
assert log.contains('[add] the total is 13')
assert log.count('[square_left] left squared is 4') == 1

// A line for each change of a step's state, with its time and compute.
assert log =~ /Step square_left: Completed, \d+:\d\d, cpu-cluster/
assert log =~ /Step add: Completed, \d+:\d\d, cpu-cluster/

// Another input: the step that it does not concern is not run again.
assert log.contains('Step square_right: Completed (reused)')
assert log.count('[square_right] right squared is 9') == 1
assert log.contains('[add] the total is 34')

assert log.contains("pipeline.yml has no input 'lefft'. Did you mean 'left'?")
assert log.contains("Step square_right: Failed")
assert log.contains('Not run: add')
assert log =~ /(?s)Job pipeline-\S+ ended as Failed: Step 'square_right'/

// Detached, found again, with its outputs and metrics.
assert log.contains("goes on; 'mvn aml:wait' waits for it")
assert run.status == 'done'
assert run.outputs.jobStatus == 'Completed'
assert new File(basedir, 'target/aml/outputs/total/total').text == '45'
def metrics = new JsonSlurper().parse(new File(basedir, 'target/aml/metrics.json'))
assert metrics.job == run.outputs.jobName
assert metrics.metrics == [total: 45.0, 'square_left/square': 36.0, 'square_right/square': 9.0]
def table = new File(basedir, 'target/aml/metrics.md').text
assert table.contains('| Step | Metric | Value |')
assert table.contains('| add | total | 45 |')
