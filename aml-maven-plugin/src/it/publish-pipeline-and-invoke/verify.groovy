def log = new File(basedir, 'build.log').text

def record = new groovy.json.JsonSlurper().parse(new File(basedir, 'target/aml/publish-pipeline.json'))
assert record.status == 'up-to-date'
assert record.outputs.endpoint == 'doubling'
assert record.outputs.deployment == 'v' + record.outputs.version
assert record.outputs.componentId.endsWith('/components/doubling/versions/' + record.outputs.version)
assert record.outputs.url.startsWith('https://')

assert log.contains("Published version ${record.outputs.version} of the pipeline at endpoint doubling")
assert log.contains("Nothing has changed; version ${record.outputs.version}")
assert log.count("Registered pipeline component doubling, version ${record.outputs.version}") == 1

// The steps really ran, with the default and with the value given.
assert log.contains('doubled 21.0 to 42.0')
assert log.contains('the result is 42.0')
assert log.contains('the result is 8.0')

assert log.contains("'numbr' is no input")
assert log.contains('It has: number')
assert log.contains("has no deployment 'none'")

assert log.contains('Deleted deployment ' + record.outputs.deployment + ', older than the 1 that stay')
assert log.contains('Version two is the default of endpoint doubling already')

assert log.contains('Created schedule doubling-nightly')
assert log.contains('Nothing has changed; schedule doubling-nightly is there')
assert log.contains('Schedule doubling-nightly is disabled')
assert log.contains('Deleted schedule doubling-nightly')
