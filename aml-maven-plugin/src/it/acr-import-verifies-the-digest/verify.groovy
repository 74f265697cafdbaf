import groovy.json.JsonSlurper

def json = { new JsonSlurper().parse(new File(basedir, it)) }
def emulator = json('target/emulator/emulator.json')
try {
    def log = new File(basedir, 'build.log').text
    def built = json('target/aml/package.json').outputs
    def imported = json('target/aml/acr-import.json')

    assert imported.outputs.digest == built.digest
    assert imported.outputs.verified == true
    assert imported.outputs.image.endsWith('/approved/factor:1')
    assert log.contains('Imported: ')

    // The second run finds it there.
    assert imported.status == 'up-to-date'
    assert log.contains('Imported already: ')
    def requests = new JsonSlurper().parseText(new URL(emulator.http + '/_emulator/requests').text)
    def entries = requests.value
    assert entries.count { it.method == 'POST' && it.path.endsWith('/importImage') } == 1
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
