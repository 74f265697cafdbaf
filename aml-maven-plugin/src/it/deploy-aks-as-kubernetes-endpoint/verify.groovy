import groovy.json.JsonSlurper

def emulator = new JsonSlurper().parse(new File(basedir, 'target/emulator/emulator.json'))
try {
    def log = new File(basedir, 'build.log').text
    def entries = new JsonSlurper().parseText(new URL(emulator.http + '/_emulator/requests').text).value

    // An endpoint of the workspace on the attached cluster; the same again writes nothing.
    assert log.contains('traffic blue=100: endpoint factor created, deployment blue created, traffic blue=100')
    assert log.contains('traffic blue=100 (unchanged)')
    def puts = entries.findAll { it.method == 'PUT' }
    assert puts.count { it.path =~ /(?i)\/onlineEndpoints\/factor\/deployments\/blue$/ } == 1
    assert !entries.any { it.path =~ /(?i)\/apis\/apps\/v1\// }

    // Two versions, each with its own result; back by the journal on the endpoint.
    assert log =~ /200 in .*\[3.0, 7.5]/
    assert log =~ /200 in .*\[4.0, 8.5]/
    assert log.contains('from blue=90,green=10 to blue=100')
    assert log.contains('the factor is 3')

    // A managed endpoint's file is another goal's.
    assert log.contains('managed.yml is of kind managed-online-endpoint, needed is kubernetes-online-endpoint')
    assert log.contains('Deleted endpoint factor with blue, green')
    assert !new File(basedir, 'target/aml/deploy-aks.keys.json').exists()
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
