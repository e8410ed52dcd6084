//! Values by name, in the order in which they came.

use std::collections::HashMap;

#[derive(Debug)]
pub(crate) struct Named<T> {
    places: HashMap<String, usize>,
    pub(crate) all: Vec<(String, T)>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        let (places, all) = (HashMap::new(), Vec::new());
        Self { places, all }
    }
}

impl<T> Named<T> {
    pub(crate) fn get(&mut self, name: &str) -> Option<&mut T> {
        let place = *self.places.get(name)?;
        Some(&mut self.all[place].1)
    }

    pub(crate) fn put(&mut self, name: &str, value: T) {
        if let Some(held) = self.get(name) {
            *held = value;
            return;
        }
        self.places.insert(name.to_owned(), self.all.len());
        self.all.push((name.to_owned(), value));
    }
}
