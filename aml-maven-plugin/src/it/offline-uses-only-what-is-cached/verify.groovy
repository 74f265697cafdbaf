import groovy.json.JsonSlurper

def json = { new JsonSlurper().parse(new File(basedir, it)) }
def emulator = json('target/emulator/emulator.json')
try {
    // One coded line each that names what is missing, before pip or a registry is asked for it.
    ['test', 'package', 'acr-import'].each {
        assert json("target/aml/${it}.json").error.code == 'AML-1003'
    }
    assert json('target/aml/test.json').error.message.contains('pytest')
    assert json('target/aml/package.json').error.message.contains('azureml-inference-server-http')
    assert json('target/aml/run.json').error.message.contains('offline')

    def log = new File(basedir, 'build.log').text
    assert log.contains('(six==1.16.0) are not in the emulator')
    assert log.contains('Run the goal once without -o')

    // The emulator goes on, and is its own master again.
    assert new JsonSlurper().parse(new URL(emulator.http + '/_emulator/health')).online == true
    def modes = new JsonSlurper().parse(new URL(emulator.http + '/_emulator/requests?path=/_emulator/o')).value*.path
    assert modes.contains('/_emulator/offline')
    assert modes.last() == '/_emulator/online'
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
