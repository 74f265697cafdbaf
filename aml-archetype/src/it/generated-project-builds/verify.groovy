import groovy.json.JsonSlurper

def project = new File(basedir, 'my-model')
assert new File(project, '.gitignore').exists()
assert !new File(project, 'pom.xml').text.contains('${groupId}')
assert new File(project, 'src/main/aml/train.yml').text.contains('${{inputs.clusters}}')

def score = new JsonSlurper().parse(new File(project, 'target/aml/score.json'))
assert score.status == 'done'
def model = new JsonSlurper().parse(new File(project, 'target/aml/model.json'))
assert model.name == 'my-model'
assert model.version == '1'
assert new File(project, 'target/my-model-1.0-SNAPSHOT.zip').exists()
