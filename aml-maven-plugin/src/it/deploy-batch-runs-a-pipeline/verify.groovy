import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
def record = new JsonSlurper().parse(new File(basedir, 'target/aml/invoke-pipeline.json'))

// Planned field by field, and applied as planned.
assert log.contains('create batchEndpoints/multiplying/deployments/chain')
assert log.contains('+ /properties/deploymentConfiguration/deploymentConfigurationType  "PipelineComponent"')
assert log.contains('Batch endpoint multiplying has deployment chain: endpoint multiplying created, deployment chain created, default chain')
assert log.contains('Batch endpoint multiplying has deployment chain (unchanged)')

// The pipeline really ran, with the invocation's inputs.
assert log.contains('a.txt times 3 is 6')
assert log.contains('b.txt times 3 is 15')
def completed = (log =~ /Job (\S+) completed/)
assert completed
def outputs = evaluate(new File(basedir, '../setup/outputs.groovy'))
assert outputs(completed[0][1]).contains('b.txt times 3 is 15')

// What does not fit is told before anything runs.
assert record.status == 'failed'
assert log.contains("'factr' is no input")
assert log.contains('It has: data, factor')
assert log.contains("'multiply.yml' is of kind command-component but pipeline-component or pipeline-job is needed here")

assert log.contains('Deleted endpoint multiplying with chain')
