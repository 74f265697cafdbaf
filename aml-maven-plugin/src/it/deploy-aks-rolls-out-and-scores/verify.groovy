import groovy.json.JsonSlurper

def json = { new JsonSlurper().parse(new File(basedir, it)) }
def emulator = json('target/emulator/emulator.json')
try {
    def log = new File(basedir, 'build.log').text
    def deployed = json('target/aml/deploy-aks.json')

    assert deployed.outputs.availableReplicas == 2
    assert deployed.outputs.generation == 1
    assert log.count('deployment/deploy-aks-rolls-out-and-scores created') == 1
    assert deployed.outputs.namespace == 'models'
    assert log =~ /200 in .*\[3, 7.5]/
    assert log.contains('401 in ')

    // Nothing changes when nothing has changed.
    assert log.contains('(unchanged)')
    assert deployed.status == 'up-to-date'
    assert deployed.outputs.changed == false
    assert !log.contains('correct horse')
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
