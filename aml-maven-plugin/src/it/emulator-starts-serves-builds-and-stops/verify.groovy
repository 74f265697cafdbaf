import groovy.json.JsonSlurper

def json = { new JsonSlurper().parse(new File(basedir, it)) }
def log = new File(basedir, 'build.log').text

assert log.contains('Emulator started at https://localhost:')
assert log.contains('Emulator runs already at https://localhost:')
assert log.contains('Emulator ended (process ')
assert log.contains('No emulator runs for ')

// The build used the process; only the last one, after the stop, started an emulator of its own.
assert log.indexOf('Emulator started for this build') > log.indexOf('No emulator runs for ')
assert log.contains('Registered model factor:1')
assert log.contains('Model factor:1 has this content already')

def pid = (log =~ /Emulator ended \(process (\d+)\)/)[0][1] as long
assert !ProcessHandle.of(pid).map { it.isAlive() }.orElse(false)
assert !new File(basedir, 'target/emulator/emulator.json').exists()
assert json('target/aml/emulator-stop.json').status == 'up-to-date'
