def log = new File(basedir, 'build.log').text
assert log.contains('1 AML file checked, no problem found')

def record = new groovy.json.JsonSlurper().parse(new File(basedir, 'target/aml/validate.json'))
assert record.status == 'done'
assert record.outputs.files == 1
