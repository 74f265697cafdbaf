def log = new File(basedir, 'build.log').text
assert log.contains("There is no web app 'deploy-webapp-shows-the-log-of-a-failing-init' that could have a slot 'staging'")

assert log.contains('AML-7001')
assert log.contains('failing site start')
assert log.contains('the model was trained with another version')

// The failed deployment said what it had attempted, so it was found under its own name, and is forgotten once deleted.
assert log.contains('Would delete [web app failing-init]')
assert log.contains('Deleted web app failing-init')
assert !new File(basedir, 'target/aml/deploy-webapp.json').exists()
assert !new File(basedir, 'target/aml/failing-init-webapp.keys.json').exists()
