def log = new File(basedir, 'build.log').text

def record = new groovy.json.JsonSlurper().parse(new File(basedir, 'target/aml/publish-pipeline.json'))
assert record.status == 'done'
assert record.outputs.endpoint == 'shouting'
assert log.contains('the word is MAVEN')
assert log.contains('the word is RUN')

// Callers of the first API: by name and version, by id.
assert log.contains("of pipeline endpoint 'shouting' in version 7")
assert log.contains('the word is NAMED')
assert log.contains('the word is HELLO')
assert log.contains("The workspace has no pipeline endpoint 'shouting' in version 8")
assert log.contains('aml:invoke-pipeline runs one pipeline')
