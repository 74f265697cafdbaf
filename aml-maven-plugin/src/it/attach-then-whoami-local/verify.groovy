import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
def me = new JsonSlurper().parse(new File(basedir, 'target/aml/whoami.json')).outputs
assert me.cloud == 'local'
assert me.tenantId
assert log.contains('Service principal of the configuration: used')
assert !(log =~ /eyJ[A-Za-z0-9]{8}/).find()

def config = new JsonSlurper().parse(new File(basedir, '.azureml/config.json'))
assert config == [subscription_id: '11111111-1111-1111-1111-111111111111', resource_group: 'rg1', workspace_name: 'ws1']
assert log.count('Attached to workspace ws1 in ') == 1
assert log.count('Attached to workspace ws1 already') == 1
assert log =~ /You are application [0-9a-f-]{36} of tenant [0-9a-f-]{36} \(service principal/
assert log.contains("AML-1002  aml.subscriptionId 'Production' is not a subscription's id")
assert log.contains('az account show --query id')
