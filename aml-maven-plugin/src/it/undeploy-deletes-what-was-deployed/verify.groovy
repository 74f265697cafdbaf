import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
assert log.contains('Deleted container group undeploy-deletes-what-was-deployed')
assert log.contains("Nothing to undeploy: there is no 'undeploy-deletes-what-was-deployed'")
assert !new File(basedir, 'target/aml/deploy-aci.json').exists()
assert !new File(basedir, 'target/aml/undeploy-deletes-what-was-deployed.keys.json').exists()

def result = new JsonSlurper().parse(new File(basedir, 'target/aml/undeploy.json'))
assert result.status == 'up-to-date'
assert result.outputs.deleted == []
