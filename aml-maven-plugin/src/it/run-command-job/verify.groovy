import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
def run = new JsonSlurper().parse(new File(basedir, 'target/aml/run.json'))

// The log of the job is shown, harmless for terminals and CI systems.
assert log.count('training with factor 2.0') == 1
assert log.count('training with factor 5.0') == 1
assert log.contains('# #vso[task.setvariable')
assert !log.contains('##vso[')

// Unchanged: not run again, and its model not registered again.
assert log.count('completed with the same content; it was not run again') == 1
assert log.count('Registered model trained:1') == 1
assert log.count('Model trained:1 has this content already') == 1

// Outputs are here, as the last run made them.
assert run.outputs.jobStatus == 'Completed'
assert run.outputs.metrics.factor == 5.0
assert new JsonSlurper().parse(new File(basedir, 'target/aml/outputs/model/factor.json')).factor == 5.0
assert !(log =~ /sig=[A-Za-z0-9%]{8}|Bearer [A-Za-z0-9]|eyJ[A-Za-z0-9]{8}/).find()
