import groovy.json.JsonSlurper

def json = { new JsonSlurper().parse(new File(basedir, it)) }
def emulator = json('target/emulator/emulator.json')
try {
    def log = new File(basedir, 'build.log').text

    // The dry run says what it would register, in a file of its own.
    def would = json('target/aml/register.dry-run.json')
    assert would.status == 'dry-run'
    assert would.outputs.name == 'factor'
    assert would.outputs.version == '1'
    assert log.contains('Would register model factor:1')
    assert !new File(basedir, 'target/aml/register.json').exists()
    assert !new File(basedir, 'target/aml/model.json').exists()

    // The emulator, found by the dry run, has seen nothing that writes.
    def requests = new JsonSlurper().parse(new URL(emulator.http + '/_emulator/requests')).value
    assert !requests.isEmpty()
    assert requests.findAll { it.method in ['PUT', 'PATCH', 'DELETE'] } == []
    assert requests.findAll { it.method == 'POST' && !it.path.endsWith('/token') } == []

    assert log.count('Skipped: aml.register.skip is set') == 1

    // Offline, Azure is not even asked for a token.
    assert json('target/offline/register.json').error.code == 'AML-1003'
    assert log.contains('AML-1003')
    assert !log.contains('AML-1101')
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
