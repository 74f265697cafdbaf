def log = new File(basedir, 'build.log').text

def record = new groovy.json.JsonSlurper().parse(new File(basedir, 'target/aml/publish-pipeline.json'))
assert record.status == 'done'
assert record.outputs.endpoint == 'shouting'
assert log.contains('the word is MAVEN')
assert log.contains('the word is RUN')
