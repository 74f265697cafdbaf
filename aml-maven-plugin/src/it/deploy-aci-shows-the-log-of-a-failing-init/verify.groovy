import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
assert log =~ /AML-700[12]/
assert log.contains('the model was trained with another version')
assert log.contains('init() of the scoring script failed')
assert log.contains('event ')
// At an early end of the server, not after its third restart.
assert log =~ /exit code 3, restarts [01]\b|restarts [01], |restarts [01]\s/

// The failed deployment said what it had attempted, so it was found under its own name, and is forgotten once deleted.
assert log.contains('Would delete [container group failing-init]')
assert log.contains('Deleted container group failing-init')
assert !new File(basedir, 'target/aml/deploy-aci.json').exists()
assert !new File(basedir, 'target/aml/failing-init.keys.json').exists()
