import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
assert log =~ /AML-700[12]/
assert log.contains('the model was trained with another version')
assert log.contains('init() of the scoring script failed')
assert log.contains('event ')

def result = new JsonSlurper().parse(new File(basedir, 'target/aml/deploy-aci.json'))
assert result.status == 'failed'
assert result.attempted.name == 'deploy-aci-shows-the-log-of-a-failing-init'
// At an early end of the server, not after its third restart.
assert result.error.message =~ /restarts [01]\b/
